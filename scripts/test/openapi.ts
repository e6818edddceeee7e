import { openapi } from "../../supabase/functions/_shared/openapi.ts";
import { api as inference } from "../../supabase/functions/inference/api.ts";
import { api as token } from "../../supabase/functions/token/api.ts";
import { api as webhooks } from "../../supabase/functions/webhooks/api.ts";

/** The OpenAPI document of each edge function, as the file that keeps it. */
export function openapiGoldens(): Record<string, string> {
  return Object.fromEntries(
    [inference, token, webhooks].map((api) => [
      `tests/golden/openapi_${api.name}.json`,
      `${JSON.stringify(openapi(api), null, 2)}\n`,
    ]),
  );
}
