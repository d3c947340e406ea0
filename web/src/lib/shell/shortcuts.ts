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
      { keys: ['['], label: t('nav.collapse') },
      { keys: ['?'], label: t('keys.title') },
    ],
  },
  {
    title: t('keys.lists'),
    rows: [
      { keys: ['/'], label: t('search') },
      { keys: ['J'], label: 'Next row' },
      { keys: ['K'], label: 'Row before' },
      { keys: ['Enter'], label: t('open') },
      { keys: ['N'], label: t('flows.new') },
      { keys: ['R'], label: 'Run the workflow of the row' },
      { keys: ['.'], label: 'Show new runs' },
    ],
  },
  {
    title: t('keys.run'),
    rows: [
      { keys: ['←'], label: t('run.back') },
      { keys: ['→'], label: t('run.forward') },
      { keys: ['Shift', '→'], label: 'Ten events forward' },
      { keys: ['Home'], label: t('run.first') },
      { keys: ['End'], label: t('run.last') },
      { keys: ['P'], label: 'Play or pause' },
      { keys: ['J'], label: 'Older run' },
      { keys: ['K'], label: 'Newer run' },
    ],
  },
  {
    title: t('keys.canvas'),
    rows: [
      { keys: ['Tab'], label: 'Add step' },
      { keys: ['C'], label: 'Connect the selected step' },
      { keys: ['Enter'], label: 'Open the step' },
      { keys: ['Delete'], label: 'Delete the selection' },
      { keys: ['Ctrl', 'Z'], label: 'Undo' },
      { keys: ['Ctrl', 'Shift', 'Z'], label: 'Redo' },
      { keys: ['Ctrl', '↵'], label: 'Run' },
      { keys: ['O'], label: t('run.steps') },
    ],
  },
];
