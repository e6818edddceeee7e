// The routes of the inference function.
import { defineApi } from "../_shared/api.ts";
import { invalidRequest } from "./failures.ts";
import { predictReply, predictRequest } from "./schema.ts";

export const api = defineApi({
  name: "inference",
  title: "Inference",
  description: "Answers with the deployed versions of registered models.",
  auth: ["user", "secret"],
  routes: {
    predict: {
      method: "post",
      path: "/predict",
      summary: "Predictions of the deployed version of a model, for entities or for rows of inputs",
      body: { schema: predictRequest, largest: 1024 * 1024, example: '{"model": …, "entities": …}' },
      reply: predictReply,
      refuse: invalidRequest,
      refusals: {
        400: [
          "malformed_json",
          "invalid_utf8",
          "empty_body",
          "invalid_request",
          "unknown_key",
          "empty_request",
          "too_many_rows",
          "wrong_shape",
          "missing_feature",
          "unknown_feature",
          "invalid_entity",
          "invalid_value",
          "value_too_long",
          "value_out_of_range",
        ],
        401: ["missing_credentials", "invalid_api_key", "invalid_jwt", "token_invalid", "unusable_credential"],
        403: ["permission_denied", "role_not_allowed"],
        404: ["model_not_found", "version_not_found", "entity_not_found"],
        409: ["not_deployed", "feature_null", "feature_stale", "view_not_fitted", "inputs_required"],
        413: ["body_too_large"],
        502: [
          "file_missing",
          "file_corrupt",
          "model_unloadable",
          "artifact_mismatch",
          "unsupported_model",
          "database_failed",
        ],
        503: ["database_unavailable", "storage_unavailable", "model_too_large"],
      },
    },
  },
});
