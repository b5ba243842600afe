/// <reference lib="dom" />
/** Point at an address, and it lights up wherever it stands on the page. */
let lit: string | undefined;

function light(address: string | undefined): void {
  if (address === lit) return;
  lit = address;
  for (const element of document.querySelectorAll('.hop-address.is-same'))
    element.classList.remove('is-same');
  if (address === undefined) return;
  for (const element of document.querySelectorAll(`[data-address="${CSS.escape(address)}"]`)) {
    element.classList.add('is-same');
  }
}

document.addEventListener('pointerover', ({ target }) => {
  light(target instanceof Element ? target.closest<HTMLElement>('.hop-address')?.dataset.address : undefined);
});
