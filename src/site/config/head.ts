/** What every page needs before it is drawn. */
import type { StarlightUserConfig } from '@astrojs/starlight/types';

/**
 * Chosen before the first paint, so that nothing moves: without JavaScript the attribute is absent, and both
 * modes are shown one below the other.
 */
const chooseMode =
  "document.documentElement.dataset.mode=(()=>{try{return localStorage.getItem('hop-mode')}catch{return null}})()||'iptables'";

export const head: NonNullable<StarlightUserConfig['head']> = [{ tag: 'script', content: chooseMode }];
