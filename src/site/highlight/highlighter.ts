/** Shiki with our grammars and the few languages that pages show. One instance a build. */

import { createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import bash from 'shiki/langs/bash.mjs';
import json from 'shiki/langs/json.mjs';
import yaml from 'shiki/langs/yaml.mjs';
import { conntrack } from '../grammars/conntrack.ts';
import { iptables } from '../grammars/iptables.ts';
import { nft } from '../grammars/nft.ts';
import { theme } from './theme.ts';

export type Language = 'bash' | 'json' | 'yaml' | 'iptables' | 'nft' | 'conntrack' | 'text';

let instance: Promise<HighlighterCore> | undefined;

export function highlighter(): Promise<HighlighterCore> {
  instance ??= createHighlighterCore({
    themes: [theme],
    langs: [bash, json, yaml, iptables, nft, conntrack],
    engine: createJavaScriptRegexEngine(),
  });
  return instance;
}

/** The language of what a command prints. */
export function languageOf(command: string): Language {
  if (/\bconntrack\b/.test(command)) return 'conntrack';
  if (/\biptables(-nft|-legacy)?(-save)?\b/.test(command)) return 'iptables';
  if (/\bnft\b/.test(command)) return 'nft';
  if (/-o[ =]json\b|\bip -j\b/.test(command)) return 'json';
  return 'text';
}
