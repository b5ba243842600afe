/** Code that a reader types: the same plain frame as what was recorded. */
import type { StarlightExpressiveCodeOptions } from '@astrojs/starlight/expressive-code';

export const expressiveCode: StarlightExpressiveCodeOptions = {
  themes: ['github-dark-dimmed', 'github-light'],
  defaultProps: { frame: 'none' },
  styleOverrides: {
    borderRadius: '0.5rem',
    borderColor: 'var(--hop-line)',
    codeBackground: 'var(--hop-code-bg)',
    codeFontSize: '0.8125rem',
    codePaddingBlock: '0.75rem',
    codePaddingInline: '0.75rem',
    frames: { shadowColor: 'transparent' },
  },
};
