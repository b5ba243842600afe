/// <reference lib="dom" />
/** Copies commands, and switches all of the page between the proxy modes. */
import './addresses.ts';
import { remember } from './storage.ts';

function showMode(mode: string): void {
  document.documentElement.dataset.mode = mode;
  for (const button of document.querySelectorAll<HTMLButtonElement>('.hop-modes button')) {
    button.setAttribute('aria-pressed', String(button.value === mode));
  }
}

function switchMode(button: HTMLButtonElement): void {
  const before = button.getBoundingClientRect().top;
  showMode(button.value);
  remember('hop-mode', button.value);
  // Blocks above may have another height in this mode: what was clicked stays under the pointer.
  window.scrollBy({ top: button.getBoundingClientRect().top - before, behavior: 'instant' });
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const blocks = [...(button.closest('.hop-block')?.querySelectorAll<HTMLElement>('pre') ?? [])];
  const shown = blocks.find((pre) => pre.offsetParent !== null);
  await navigator.clipboard.writeText(shown?.textContent?.trim() ?? '');
  const label = button.textContent;
  button.textContent = button.dataset.copied ?? label;
  setTimeout(() => {
    button.textContent = label;
  }, 1500);
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (button?.closest('.hop-modes')) switchMode(button);
  if (button?.classList.contains('hop-copy')) void copy(button);
});
showMode(document.documentElement.dataset.mode ?? 'iptables');
