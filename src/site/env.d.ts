/// <reference types="astro/client" />
/// <reference types="@astrojs/starlight" />
/// <reference types="@astrojs/starlight/locals" />

declare namespace StarlightApp {
  type Texts = typeof import('../../content/i18n/en.json');
  /** Keys that `Astro.locals.t` knows besides Starlight's own. */
  interface I18n extends Texts {}
}
