// Copies text and says so.
import { toast } from './toast.svelte';
import { t } from '$lib/shared/t';

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.show(t('copied'));
  } catch {
    toast.fail(t('copy.refused'));
  }
}
