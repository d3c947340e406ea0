// Where one can go from everywhere: the rail and the palette list the same.
import type { Component } from 'svelte';
import { resolve } from '$app/paths';
import Activity from '@lucide/svelte/icons/activity';
import BellRing from '@lucide/svelte/icons/bell-ring';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import History from '@lucide/svelte/icons/history';
import KeyRound from '@lucide/svelte/icons/key-round';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings-2';
import Workflow from '@lucide/svelte/icons/workflow';
import { t } from '$lib/shared/t';

export interface Place {
  id: string;
  href: string;
  label: string;
  icon: Component;
  keys: readonly string[];
  isHere: (route: string) => boolean;
}

function place(
  id: string,
  href: string,
  [label, icon, key]: readonly [string, Component, string],
): Place {
  const isHere = (route: string) =>
    route.startsWith(`/${id}`) || (id === 'workflows' && route === '/');
  return { id, href, label, icon, keys: ['G', key], isHere };
}

export function placesFor(owner: boolean): Place[] {
  return [
    place('workflows', resolve('/'), [t('nav.workflows'), Workflow, 'W']),
    place('runs', resolve('/runs'), [t('nav.runs'), History, 'R']),
    place('schedules', resolve('/schedules'), [t('nav.schedules'), CalendarClock, 'S']),
    place('secrets', resolve('/secrets'), [t('secrets.title'), KeyRound, 'K']),
    place('notifications', resolve('/notifications'), [t('notifications.title'), BellRing, 'N']),
    place('health', resolve('/health'), [t('health.title'), Activity, 'H']),
    ...(owner ? [place('audit', resolve('/audit'), [t('audit.title'), ScrollText, 'A'])] : []),
    place('settings', resolve('/settings'), [t('settings.title'), Settings, 'E']),
  ];
}
