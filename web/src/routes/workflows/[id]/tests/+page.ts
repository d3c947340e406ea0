import { error } from '@sveltejs/kit';
import { asApiError } from '$lib/api/client';
import { getFlow } from '$lib/api/flows';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params, depends }) => {
  depends(`tests:${params.id}`);
  try {
    return { flow: await getFlow(params.id) };
  } catch (cause) {
    const { status, message } = asApiError(cause);
    return error(status >= 400 ? status : 503, message);
  }
};
