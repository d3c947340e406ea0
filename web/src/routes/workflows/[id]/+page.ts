import { error } from '@sveltejs/kit';
import { asApiError } from '$lib/api/client';
import { getFlow } from '$lib/api/flows';
import { listNodeTypes } from '$lib/api/node-types';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => {
  try {
    const [flow, nodeTypes] = await Promise.all([getFlow(params.id), listNodeTypes()]);
    return { flow, nodeTypes };
  } catch (cause) {
    const { status, message } = asApiError(cause);
    return error(status >= 400 ? status : 503, message);
  }
};
