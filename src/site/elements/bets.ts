/// <reference lib="dom" />
/** A bet is made by choosing; then the answer opens, and says what was chosen. */
import { remember, remembered } from './storage.ts';

class Bets extends HTMLElement {
  connectedCallback(): void {
    for (const bet of this.querySelectorAll<HTMLElement>('[data-bet]')) {
      const chosen = remembered(key(bet));
      for (const input of bet.querySelectorAll('input')) {
        if (input.value === chosen) {
          input.checked = true;
          settle(bet, input.value);
        }
      }
    }
    this.addEventListener('change', ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return;
      const bet = target.closest<HTMLElement>('[data-bet]');
      if (bet === null) return;
      remember(key(bet), target.value);
      settle(bet, target.value);
      const answer = bet.querySelector('details');
      if (answer) answer.open = true;
    });
  }
}

const key = (bet: HTMLElement): string => `hop-bet:${bet.dataset.bet}`;

/** Inside the closed answer, so that nothing on the page moves before it is opened. */
function settle(bet: HTMLElement, chosen: string): void {
  const said = bet.querySelector<HTMLElement>('.hop-said');
  if (said === null) return;
  const right = chosen === bet.dataset.answer;
  said.textContent = (right ? said.dataset.right : said.dataset.wrong)?.replace('{chosen}', chosen) ?? '';
  said.classList.toggle('is-right', right);
  said.classList.toggle('is-wrong', !right);
  said.hidden = false;
}

customElements.define('hop-bets', Bets);
