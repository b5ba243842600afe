/** One theme whose colours are CSS variables: src/site/styles/code.css sets them for light and for dark. */
import type { ThemeRegistration } from 'shiki';

const scopes: Record<string, string[]> = {
  comment: ['comment', 'punctuation.definition.comment'],
  quiet: ['punctuation', 'keyword.operator.match', 'storage.type.module', 'comment.field'],
  string: ['string'],
  number: ['constant.numeric', 'constant.language'],
  keyword: ['keyword', 'storage', 'entity.name.tag.yaml', 'entity.name.tag'],
  name: ['entity.name.function', 'entity.name.type', 'support.type.property-name', 'entity.name.command'],
  option: ['variable.parameter', 'constant.other.option', 'string.unquoted.argument'],
  verdict: ['support.constant', 'keyword.operator.jump'],
  reply: ['variable.parameter.reply', 'constant.numeric.port.reply', 'constant.numeric.address.reply'],
};

export const theme: ThemeRegistration = {
  name: 'hop',
  type: 'light',
  fg: 'var(--hop-code-text)',
  bg: 'var(--hop-code-bg)',
  settings: Object.entries(scopes).map(([purpose, scope]) => ({
    scope,
    settings: { foreground: `var(--hop-code-${purpose})` },
  })),
};
