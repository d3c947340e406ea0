// The shortcut sheet, as data. Keys are written as they stand on the keyboard.
import { t } from '$lib/shared/t';

export interface ShortcutGroup {
  title: string;
  rows: readonly { keys: readonly string[]; label: string }[];
}

export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    title: t('keys.anywhere'),
    rows: [
      { keys: ['Ctrl', 'K'], label: t('palette.title') },
      { keys: ['G', 'W'], label: t('nav.workflows') },
      { keys: ['G', 'R'], label: t('nav.runs') },
      { keys: ['G', 'S'], label: t('nav.schedules') },
      { keys: ['G', 'K'], label: t('secrets.title') },
      { keys: ['G', 'N'], label: t('notifications.title') },
      { keys: ['G', 'H'], label: t('health.title') },
      { keys: ['G', 'E'], label: t('settings.title') },
      { keys: ['G', 'A'], label: t('audit.title') },
      { keys: ['['], label: t('nav.collapse') },
      { keys: ['?'], label: t('keys.title') },
    ],
  },
  {
    title: t('keys.lists'),
    rows: [
      { keys: ['/'], label: t('search') },
      { keys: ['J'], label: t('keys.nextRow') },
      { keys: ['K'], label: t('keys.rowBefore') },
      { keys: ['Enter'], label: t('open') },
      { keys: ['N'], label: t('flows.new') },
      { keys: ['R'], label: t('keys.runRow') },
      { keys: ['.'], label: t('keys.newRuns') },
    ],
  },
  {
    title: t('keys.run'),
    rows: [
      { keys: ['←'], label: t('run.back') },
      { keys: ['→'], label: t('run.forward') },
      { keys: ['Shift', '→'], label: t('keys.tenForward') },
      { keys: ['Home'], label: t('run.first') },
      { keys: ['End'], label: t('run.last') },
      { keys: ['P'], label: t('keys.play') },
      { keys: ['F'], label: t('keys.fork') },
      { keys: ['J'], label: t('keys.older') },
      { keys: ['K'], label: t('keys.newer') },
    ],
  },
  {
    title: t('keys.canvas'),
    rows: [
      { keys: ['Tab'], label: t('editor.add') },
      { keys: ['C'], label: t('keys.connect') },
      { keys: ['Enter'], label: t('keys.openStep') },
      { keys: ['Delete'], label: t('keys.deleteSelection') },
      { keys: ['Ctrl', 'Z'], label: t('keys.undo') },
      { keys: ['Ctrl', 'Shift', 'Z'], label: t('keys.redo') },
      { keys: ['Ctrl', '↵'], label: t('flows.run') },
      { keys: ['O'], label: t('run.steps') },
    ],
  },
];
