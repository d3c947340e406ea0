import { error } from '@sveltejs/kit';
import { asApiError } from '$lib/api/client';
import { getFlow, listVersions } from '$lib/api/flows';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params, depends }) => {
  depends(`versions:${params.id}`);
  try {
    const [flow, versions] = await Promise.all([
      getFlow(params.id),
      listVersions(params.id, { limit: 200 }),
    ]);
    return { flow, versions: versions.items };
  } catch (cause) {
    const { status, message } = asApiError(cause);
    return error(status >= 400 ? status : 503, message);
  }
};
