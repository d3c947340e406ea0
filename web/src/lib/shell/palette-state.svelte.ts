// The palette's query and what it finds: commands at once, workflows and runs from the server.
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import CircleHelp from '@lucide/svelte/icons/circle-help';
import History from '@lucide/svelte/icons/history';
import Plus from '@lucide/svelte/icons/plus';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import Workflow from '@lucide/svelte/icons/workflow';
import { me } from '$lib/accounts/me.svelte';
import { isAbort } from '$lib/api/client';
import { listFlows } from '$lib/api/flows';
import { listRuns } from '$lib/api/runs';
import type { FlowSummary, RunSummary } from '$lib/api/types';
import { createAndOpen } from '$lib/flows/actions';
import { commands } from '$lib/shared/commands.svelte';
import { shortId } from '$lib/shared/format';
import { theme } from '$lib/shared/theme.svelte';
import { t } from '$lib/shared/t';
import { statusLooks } from '$lib/ui/status';
import { looksLikeRunId, rank, type PaletteItem } from './palette';
import { placesFor } from './places';

const waitMs = 120;
const found = 8;

export class PaletteState {
  query = $state('');
  active = $state(0);
  #flows = $state.raw<readonly FlowSummary[]>([]);
  #runs = $state.raw<readonly RunSummary[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | null = null;
  readonly #onHelp: () => void;

  constructor(onHelp: () => void) {
    this.#onHelp = onHelp;
  }

  readonly items = $derived.by(() => [
    ...rank([...this.#actions(), ...this.#places()], this.query),
    ...this.#flowItems(),
    ...this.#runItems(),
  ]);

  search(query: string): void {
    this.query = query;
    this.active = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(query.trim()), waitMs);
  }

  move(step: number): void {
    const count = this.items.length;
    if (count > 0) this.active = (this.active + step + count) % count;
  }

  async #ask(query: string): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const flows = await listFlows({ search: query, limit: found }, asked.signal);
      const runs = looksLikeRunId(query)
        ? (await listRuns({ search: query, limit: found }, asked.signal)).items
        : [];
      if (asked.signal.aborted) return;
      this.#flows = flows.items;
      this.#runs = runs;
    } catch (error) {
      // Without the server the palette still offers its commands.
      if (!isAbort(error)) this.#runs = [];
    }
  }

  #actions(): PaletteItem[] {
    const group = t('palette.actions');
    const context = commands.all.map((command, index) => ({
      ...command,
      id: `command-${index}`,
      group,
    }));
    const fixed = [
      ...(me.may('editor')
        ? [{ label: t('flows.new'), icon: Plus, keys: ['N'], run: () => void createAndOpen() }]
        : []),
      { label: t('palette.theme'), icon: SunMoon, run: () => theme.next() },
      { label: t('keys.title'), icon: CircleHelp, keys: ['?'], run: this.#onHelp },
    ];
    return [...context, ...fixed.map((item) => ({ ...item, id: `action-${item.label}`, group }))];
  }

  #places(): PaletteItem[] {
    const group = t('palette.go');
    return placesFor(me.may('owner')).map((place) => ({
      id: `go-${place.id}`,
      group,
      label: place.label,
      icon: place.icon,
      keys: place.keys,
      // eslint-disable-next-line svelte/no-navigation-without-resolve -- resolved there
      run: () => void goto(place.href),
    }));
  }

  #flowItems(): PaletteItem[] {
    return this.#flows.map((flow) => ({
      id: `flow-${flow.id}`,
      group: t('palette.workflows'),
      label: flow.name,
      icon: Workflow,
      run: () => void goto(resolve('/workflows/[id]', { id: flow.id })),
    }));
  }

  #runItems(): PaletteItem[] {
    return this.#runs.map((run) => ({
      id: `run-${run.id}`,
      group: t('palette.runs'),
      label: shortId(run.id),
      detail: `${run.flowName} · ${statusLooks[run.status].word}`,
      icon: History,
      run: () => void goto(resolve('/runs/[id]', { id: run.id })),
    }));
  }
}
