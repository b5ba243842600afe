/** Where the site will be reached: SITE_URL, as one would type it into a browser. */
export interface SiteAddress {
  /** Absent when nobody has said: then there is no sitemap and no canonical link. */
  readonly site?: string;
  /** Begins with a slash, and ends with one only when it is nothing else. */
  readonly base: string;
}

/**
 * `https://example.github.io/hop/` gives site `https://example.github.io` and base `/hop`.
 *
 * @throws Error when it is not an http(s) URL, or carries a query or a fragment.
 */
export function siteAddress(text: string | undefined): SiteAddress {
  if (text === undefined || text.trim() === '') return { base: '/' };
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`SITE_URL is "${text}"; expected something like https://example.github.io/hop/`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Error(`SITE_URL is "${text}"; expected no ? and no # in it`);
  }
  return { site: url.origin, base: url.pathname.replace(/\/+$/, '') || '/' };
}
