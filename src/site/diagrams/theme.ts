/**
 * Colours of diagrams. mermaid computes with colours and can't compute with `var(--…)`, so it draws with
 * sentinels, one a purpose, which become CSS variables afterwards: one SVG follows light and dark.
 */
const purposes = [
  'text',
  'node',
  'node-line',
  'group',
  'group-line',
  'line',
  'note',
  'note-line',
  'label',
  'active',
] as const;
type Purpose = (typeof purposes)[number];

/** Not near any colour that mermaid would choose by itself. */
function sentinel(purpose: Purpose): string {
  return `#f1a0${(16 + purposes.indexOf(purpose)).toString(16)}`;
}

export function sentinelsToVariables(css: string): string {
  return purposes.reduce(
    (text, purpose) => text.replaceAll(sentinel(purpose), `var(--hop-diagram-${purpose})`),
    css,
  );
}

/** Every variable that the three kinds of diagram use, so that mermaid derives none by itself. */
export const themeVariables: Record<string, string> = Object.fromEntries(
  Object.entries({
    text: [
      ['textColor', 'titleColor', 'nodeTextColor', 'primaryTextColor', 'secondaryTextColor'],
      ['tertiaryTextColor', 'actorTextColor', 'signalTextColor', 'labelTextColor', 'loopTextColor'],
      ['noteTextColor', 'labelColor', 'stateLabelColor', 'transitionLabelColor', 'classText'],
    ],
    node: [
      ['mainBkg', 'nodeBkg', 'primaryColor', 'actorBkg', 'labelBoxBkgColor', 'stateBkg', 'background'],
      ['sequenceNumberColor', 'innerEndBackground', 'secondaryColor'],
    ],
    'node-line': [
      ['nodeBorder', 'primaryBorderColor', 'secondaryBorderColor', 'actorBorder', 'labelBoxBorderColor'],
      ['stateBorder', 'actorLineColor'],
    ],
    group: [
      ['clusterBkg', 'tertiaryColor', 'compositeBackground', 'altBackground', 'compositeTitleBackground'],
    ],
    'group-line': [['clusterBorder', 'tertiaryBorderColor', 'compositeBorder']],
    line: [
      [
        'lineColor',
        'arrowheadColor',
        'signalColor',
        'transitionColor',
        'specialStateColor',
        'defaultLinkColor',
      ],
    ],
    note: [['noteBkgColor']],
    'note-line': [['noteBorderColor']],
    label: [['edgeLabelBackground', 'labelBackgroundColor']],
    active: [['activationBkgColor', 'activationBorderColor']],
  } satisfies Record<Purpose, string[][]>).flatMap(([purpose, names]) =>
    names.flat().map((name) => [name, sentinel(purpose as Purpose)]),
  ),
);
