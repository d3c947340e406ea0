/** What is open around the canvas. Nothing here is part of the workflow. */

import { Stored } from '$lib/shared/stored.svelte';
import type { OutputRef } from '$lib/nodes/canvas-context.svelte';
import type { AddTarget } from './editor-state.svelte';

export type InspectorTab = 'settings' | 'errors' | 'test' | 'notes';
export type SidePanel = 'inspector' | 'outline' | 'runs';

export class EditorUi {
  /** The palette is open, for a step that goes there. */
  adding = $state.raw<AddTarget>();
  /** The list of targets is open, for a connection from there. */
  connecting = $state.raw<OutputRef>();
  menu = $state.raw<{ kind: 'pane' | 'node' | 'edge'; id: string; x: number; y: number }>();
  finding = $state(false);
  askingInput = $state(false);
  publishing = $state(false);
  limits = $state(false);
  notifications = $state(false);
  problemsOpen = $state(false);
  outline = $state(false);
  runs = $state(false);
  inspectorTab = $state<InspectorTab>('settings');
  /** Set to move the focus into the settings of the selected step. */
  inspectorFocus = $state(false);

  readonly results = new Stored('editor.results', { open: false, height: 232 });
  readonly inspectorWidth = new Stored('editor.inspectorWidth', 372);
  readonly recent = new Stored<readonly string[]>('editor.recentTypes', []);
  /** Wheel: zoom, or pan (with Ctrl to zoom). */
  readonly wheelPans = new Stored('editor.wheelPans', false);

  toggleResults(open = !this.results.value.open): void {
    this.results.value = { ...this.results.value, open };
  }

  openInspector(tab: InspectorTab = 'settings'): void {
    this.inspectorTab = tab;
    this.inspectorFocus = true;
  }

  /** Closes the topmost thing that Escape closes; false when there is none. */
  escape(): boolean {
    if (this.menu) this.menu = undefined;
    else if (this.adding) this.adding = undefined;
    else if (this.connecting) this.connecting = undefined;
    else if (this.finding) this.finding = false;
    else if (this.problemsOpen) this.problemsOpen = false;
    else return false;
    return true;
  }
}
