/** Icons by their Lucide name, as node types name them. One import each: never the barrel. */

import type { Component } from 'svelte';
import Box from '@lucide/svelte/icons/box';
import Braces from '@lucide/svelte/icons/braces';
import Globe from '@lucide/svelte/icons/globe';
import Layers from '@lucide/svelte/icons/layers';
import Shapes from '@lucide/svelte/icons/shapes';
import Sparkles from '@lucide/svelte/icons/sparkles';
import Split from '@lucide/svelte/icons/split';
import Timer from '@lucide/svelte/icons/timer';
import Webhook from '@lucide/svelte/icons/webhook';

type Icon = Component<{ size?: number | string; class?: string; 'aria-hidden'?: boolean | 'true' }>;

const icons: Readonly<Record<string, Icon>> = {
  box: Box,
  braces: Braces,
  globe: Globe,
  layers: Layers,
  sparkles: Sparkles,
  split: Split,
  timer: Timer,
  webhook: Webhook,
};

export function iconNamed(name: string): Icon {
  return icons[name] ?? Shapes;
}
