export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "ml": {
    Tables: {
      "access_tokens": {
        Row: {
          "created_at": string;
          "expires_at": string;
          "hash": string;
          "id": string;
          "last_used_at": string | null;
          "name": string;
          "revoked_at": string | null;
          "scope": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "expires_at": string;
          "hash": string;
          "id"?: string;
          "last_used_at"?: string | null;
          "name": string;
          "revoked_at"?: string | null;
          "scope": string;
          "user_id"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "expires_at"?: string;
          "hash"?: string;
          "id"?: string;
          "last_used_at"?: string | null;
          "name"?: string;
          "revoked_at"?: string | null;
          "scope"?: string;
          "user_id"?: string | null;
        };
        Relationships: [];
      };
      "alert_changes": {
        Row: {
          "actor": string | null;
          "alert_id": number;
          "changed_at": string;
          "event": string;
          "id": number;
          "severity": string;
          "state": string;
        };
        ComputedFields: never;
        Insert: {
          "actor"?: string | null;
          "alert_id": number;
          "changed_at"?: string;
          "event": string;
          "id"?: never;
          "severity": string;
          "state": string;
        };
        Update: {
          "actor"?: string | null;
          "alert_id"?: number;
          "changed_at"?: string;
          "event"?: string;
          "id"?: never;
          "severity"?: string;
          "state"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "alert_changes_alert_id_fkey";
            columns: ["alert_id"];
            isOneToOne: false;
            referencedRelation: "alerts";
            referencedColumns: ["id"];
          },
        ];
      };
      "alerts": {
        Row: {
          "acknowledged_at": string | null;
          "acknowledged_by": string | null;
          "clean_checks": number;
          "details": NonNullable<Json>;
          "id": number;
          "kind": string;
          "last_seen_at": string;
          "model_id": number;
          "occurrences": number;
          "opened_at": string;
          "resolution": string | null;
          "resolved_at": string | null;
          "severity": string;
          "state": string;
          "title": string;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "acknowledged_at"?: string | null;
          "acknowledged_by"?: string | null;
          "clean_checks"?: number;
          "details"?: NonNullable<Json>;
          "id"?: never;
          "kind": string;
          "last_seen_at"?: string;
          "model_id": number;
          "occurrences"?: number;
          "opened_at"?: string;
          "resolution"?: string | null;
          "resolved_at"?: string | null;
          "severity": string;
          "state"?: string;
          "title": string;
          "version_id": number;
        };
        Update: {
          "acknowledged_at"?: string | null;
          "acknowledged_by"?: string | null;
          "clean_checks"?: number;
          "details"?: NonNullable<Json>;
          "id"?: never;
          "kind"?: string;
          "last_seen_at"?: string;
          "model_id"?: number;
          "occurrences"?: number;
          "opened_at"?: string;
          "resolution"?: string | null;
          "resolved_at"?: string | null;
          "severity"?: string;
          "state"?: string;
          "title"?: string;
          "version_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "alerts_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "alerts_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "allowed_sources": {
        Row: {
          "allowed_by": string | null;
          "created_at": string;
          "functions": boolean;
          "relation_kind": string | null;
          "relation_name": string;
          "relation_owner": string | null;
          "schema_name": string;
        };
        ComputedFields: never;
        Insert: {
          "allowed_by"?: string | null;
          "created_at"?: string;
          "functions"?: boolean;
          "relation_kind"?: string | null;
          "relation_name"?: string;
          "relation_owner"?: string | null;
          "schema_name": string;
        };
        Update: {
          "allowed_by"?: string | null;
          "created_at"?: string;
          "functions"?: boolean;
          "relation_kind"?: string | null;
          "relation_name"?: string;
          "relation_owner"?: string | null;
          "schema_name"?: string;
        };
        Relationships: [];
      };
      "check_kinds": {
        Row: {
          "description": string;
          "evidence": string;
          "held_out": boolean;
          "name": string;
          "options": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "description": string;
          "evidence": string;
          "held_out"?: boolean;
          "name": string;
          "options": NonNullable<Json>;
        };
        Update: {
          "description"?: string;
          "evidence"?: string;
          "held_out"?: boolean;
          "name"?: string;
          "options"?: NonNullable<Json>;
        };
        Relationships: [];
      };
      "datasets": {
        Row: {
          "content_hash": string;
          "created_at": string;
          "created_by": string | null;
          "event_time": string;
          "features": NonNullable<Json>;
          "id": number;
          "join_keys": NonNullable<Json>;
          "label": string;
          "label_type": string;
          "name": string;
          "row_count": number;
          "spine": string;
          "split": NonNullable<Json>;
          "split_counts": NonNullable<Json>;
          "statistics": NonNullable<Json>;
          "table_name": string;
          "warnings": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "content_hash": string;
          "created_at"?: string;
          "created_by"?: string | null;
          "event_time": string;
          "features": NonNullable<Json>;
          "id"?: never;
          "join_keys": NonNullable<Json>;
          "label": string;
          "label_type": string;
          "name": string;
          "row_count": number;
          "spine": string;
          "split": NonNullable<Json>;
          "split_counts": NonNullable<Json>;
          "statistics": NonNullable<Json>;
          "table_name": string;
          "warnings"?: NonNullable<Json>;
        };
        Update: {
          "content_hash"?: string;
          "created_at"?: string;
          "created_by"?: string | null;
          "event_time"?: string;
          "features"?: NonNullable<Json>;
          "id"?: never;
          "join_keys"?: NonNullable<Json>;
          "label"?: string;
          "label_type"?: string;
          "name"?: string;
          "row_count"?: number;
          "spine"?: string;
          "split"?: NonNullable<Json>;
          "split_counts"?: NonNullable<Json>;
          "statistics"?: NonNullable<Json>;
          "table_name"?: string;
          "warnings"?: NonNullable<Json>;
        };
        Relationships: [];
      };
      "deployments": {
        Row: {
          "deployed_at": string;
          "id": number;
          "model_id": number;
          "previous_version_id": number | null;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "deployed_at"?: string;
          "id"?: never;
          "model_id": number;
          "previous_version_id"?: number | null;
          "version_id": number;
        };
        Update: {
          "deployed_at"?: string;
          "id"?: never;
          "model_id"?: number;
          "previous_version_id"?: number | null;
          "version_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "deployments_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: true;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deployments_previous_version_id_fkey";
            columns: ["previous_version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deployments_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "drift_checks": {
        Row: {
          "alpha": number;
          "checked_at": string;
          "data_drift": boolean;
          "id": number;
          "missing_values": boolean;
          "model_id": number;
          "prediction_drift": boolean;
          "refused_count": number;
          "row_count": number;
          "version_id": number;
          "window_end": string;
          "window_start": string;
        };
        ComputedFields: never;
        Insert: {
          "alpha": number;
          "checked_at"?: string;
          "data_drift": boolean;
          "id"?: never;
          "missing_values"?: boolean;
          "model_id": number;
          "prediction_drift": boolean;
          "refused_count"?: number;
          "row_count": number;
          "version_id": number;
          "window_end": string;
          "window_start": string;
        };
        Update: {
          "alpha"?: number;
          "checked_at"?: string;
          "data_drift"?: boolean;
          "id"?: never;
          "missing_values"?: boolean;
          "model_id"?: number;
          "prediction_drift"?: boolean;
          "refused_count"?: number;
          "row_count"?: number;
          "version_id"?: number;
          "window_end"?: string;
          "window_start"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "drift_checks_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "drift_checks_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "drift_references": {
        Row: {
          "edges": (number)[];
          "kind": string;
          "missing_count": number | null;
          "name": string;
          "position": number;
          "row_count": number | null;
          "sample": (number)[];
          "size": number | null;
          "tells": boolean;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "edges": (number)[];
          "kind": string;
          "missing_count"?: number | null;
          "name": string;
          "position": number;
          "row_count"?: number | null;
          "sample": (number)[];
          "size"?: number | null;
          "tells"?: boolean;
          "version_id": number;
        };
        Update: {
          "edges"?: (number)[];
          "kind"?: string;
          "missing_count"?: number | null;
          "name"?: string;
          "position"?: number;
          "row_count"?: number | null;
          "sample"?: (number)[];
          "size"?: number | null;
          "tells"?: boolean;
          "version_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "drift_references_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "drift_results": {
        Row: {
          "check_id": number;
          "compared": number | null;
          "drifted": boolean;
          "kind": string;
          "ks": number | null;
          "ks_p_adjusted": number | null;
          "ks_p_value": number | null;
          "missing_more": boolean;
          "missing_p_adjusted": number | null;
          "missing_p_value": number | null;
          "missing_reference": number | null;
          "missing_share": number | null;
          "name": string;
          "position": number;
          "psi": number | null;
          "psi_p_adjusted": number | null;
          "psi_p_value": number | null;
        };
        ComputedFields: never;
        Insert: {
          "check_id": number;
          "compared"?: number | null;
          "drifted": boolean;
          "kind": string;
          "ks"?: number | null;
          "ks_p_adjusted"?: number | null;
          "ks_p_value"?: number | null;
          "missing_more"?: boolean;
          "missing_p_adjusted"?: number | null;
          "missing_p_value"?: number | null;
          "missing_reference"?: number | null;
          "missing_share"?: number | null;
          "name": string;
          "position": number;
          "psi"?: number | null;
          "psi_p_adjusted"?: number | null;
          "psi_p_value"?: number | null;
        };
        Update: {
          "check_id"?: number;
          "compared"?: number | null;
          "drifted"?: boolean;
          "kind"?: string;
          "ks"?: number | null;
          "ks_p_adjusted"?: number | null;
          "ks_p_value"?: number | null;
          "missing_more"?: boolean;
          "missing_p_adjusted"?: number | null;
          "missing_p_value"?: number | null;
          "missing_reference"?: number | null;
          "missing_share"?: number | null;
          "name"?: string;
          "position"?: number;
          "psi"?: number | null;
          "psi_p_adjusted"?: number | null;
          "psi_p_value"?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "drift_results_check_id_fkey";
            columns: ["check_id"];
            isOneToOne: false;
            referencedRelation: "drift_checks";
            referencedColumns: ["id"];
          },
        ];
      };
      "entities": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "id": number;
          "join_keys": NonNullable<Json>;
          "name": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "id"?: never;
          "join_keys": NonNullable<Json>;
          "name": string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "id"?: never;
          "join_keys"?: NonNullable<Json>;
          "name"?: string;
        };
        Relationships: [];
      };
      "evaluation_data": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "id": number;
          "model_id": number;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "id"?: never;
          "model_id": number;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "id"?: never;
          "model_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "evaluation_data_dataset_id_fkey";
            columns: ["dataset_id"];
            isOneToOne: false;
            referencedRelation: "datasets";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "evaluation_data_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
        ];
      };
      "event_types": {
        Row: {
          "description": string;
          "name": string;
        };
        ComputedFields: never;
        Insert: {
          "description": string;
          "name": string;
        };
        Update: {
          "description"?: string;
          "name"?: string;
        };
        Relationships: [];
      };
      "experiments": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "id": number;
          "lifecycle_stage": string;
          "name": string;
          "tags": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "id"?: never;
          "lifecycle_stage"?: string;
          "name": string;
          "tags"?: NonNullable<Json>;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "id"?: never;
          "lifecycle_stage"?: string;
          "name"?: string;
          "tags"?: NonNullable<Json>;
        };
        Relationships: [];
      };
      "feature_views": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "created_time": string | null;
          "description": string;
          "entity_id": number;
          "event_time": string;
          "fitted_on_dataset_id": number | null;
          "future": string;
          "future_tolerance": string | null;
          "history_key": (string)[] | null;
          "history_of": string | null;
          "id": number;
          "mode": string;
          "name": string;
          "retired_at": string | null;
          "source": string;
          "ttl": string | null;
          "version": number;
          "warnings": NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "created_time"?: string | null;
          "description"?: string;
          "entity_id": number;
          "event_time": string;
          "fitted_on_dataset_id"?: number | null;
          "future"?: string;
          "future_tolerance"?: string | null;
          "history_key"?: (string)[] | null;
          "history_of"?: string | null;
          "id"?: never;
          "mode": string;
          "name": string;
          "retired_at"?: string | null;
          "source": string;
          "ttl"?: string | null;
          "version": number;
          "warnings"?: NonNullable<Json>;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "created_time"?: string | null;
          "description"?: string;
          "entity_id"?: number;
          "event_time"?: string;
          "fitted_on_dataset_id"?: number | null;
          "future"?: string;
          "future_tolerance"?: string | null;
          "history_key"?: (string)[] | null;
          "history_of"?: string | null;
          "id"?: never;
          "mode"?: string;
          "name"?: string;
          "retired_at"?: string | null;
          "source"?: string;
          "ttl"?: string | null;
          "version"?: number;
          "warnings"?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: "feature_views_entity_id_fkey";
            columns: ["entity_id"];
            isOneToOne: false;
            referencedRelation: "entities";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "feature_views_fitted_on_dataset_id_fkey";
            columns: ["fitted_on_dataset_id"];
            isOneToOne: false;
            referencedRelation: "datasets";
            referencedColumns: ["id"];
          },
        ];
      };
      "features": {
        Row: {
          "description": string;
          "fitted": Json | null;
          "id": number;
          "name": string;
          "position": number;
          "source_column": string;
          "transformation": Json | null;
          "value_type": string;
          "view_id": number;
        };
        ComputedFields: never;
        Insert: {
          "description"?: string;
          "fitted"?: Json | null;
          "id"?: never;
          "name": string;
          "position": number;
          "source_column": string;
          "transformation"?: Json | null;
          "value_type": string;
          "view_id": number;
        };
        Update: {
          "description"?: string;
          "fitted"?: Json | null;
          "id"?: never;
          "name"?: string;
          "position"?: number;
          "source_column"?: string;
          "transformation"?: Json | null;
          "value_type"?: string;
          "view_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "features_view_id_fkey";
            columns: ["view_id"];
            isOneToOne: false;
            referencedRelation: "feature_views";
            referencedColumns: ["id"];
          },
        ];
      };
      "feedback": {
        Row: {
          "actual": string | null;
          "comment": string | null;
          "id": number;
          "model_id": number;
          "predicted_label": string | null;
          "prediction_id": string;
          "rating": number | null;
          "served_at": string;
          "submitted_at": string;
          "submitted_by": string | null;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "actual"?: string | null;
          "comment"?: string | null;
          "id"?: never;
          "model_id": number;
          "predicted_label"?: string | null;
          "prediction_id": string;
          "rating"?: number | null;
          "served_at": string;
          "submitted_at"?: string;
          "submitted_by"?: string | null;
          "version_id": number;
        };
        Update: {
          "actual"?: string | null;
          "comment"?: string | null;
          "id"?: never;
          "model_id"?: number;
          "predicted_label"?: string | null;
          "prediction_id"?: string;
          "rating"?: number | null;
          "served_at"?: string;
          "submitted_at"?: string;
          "submitted_by"?: string | null;
          "version_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "feedback_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "feedback_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "job_events": {
        Row: {
          "attempt": number;
          "created_at": string;
          "event": string;
          "fields": NonNullable<Json>;
          "id": number;
          "job_id": number;
          "level": string;
          "message": string;
        };
        ComputedFields: never;
        Insert: {
          "attempt": number;
          "created_at"?: string;
          "event": string;
          "fields"?: NonNullable<Json>;
          "id"?: number;
          "job_id": number;
          "level"?: string;
          "message"?: string;
        };
        Update: {
          "attempt"?: number;
          "created_at"?: string;
          "event"?: string;
          "fields"?: NonNullable<Json>;
          "id"?: number;
          "job_id"?: number;
          "level"?: string;
          "message"?: string;
        };
        Relationships: [];
      };
      "jobs": {
        Row: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "attempt"?: number;
          "cancel_requested"?: boolean;
          "created_at"?: string;
          "created_by"?: string | null;
          "depends_on"?: (number)[];
          "error"?: string | null;
          "failures"?: number;
          "finished_at"?: string | null;
          "heard"?: boolean;
          "id"?: number;
          "kind": string;
          "lease_expires_at"?: string | null;
          "lease_seconds"?: number | null;
          "lost_claims"?: number;
          "max_attempts"?: number;
          "payload"?: NonNullable<Json>;
          "pending_dependencies"?: number;
          "priority"?: number;
          "progress"?: Json | null;
          "progress_pending"?: boolean;
          "progress_told_at"?: string | null;
          "queue"?: string;
          "ready"?: boolean;
          "requirements"?: NonNullable<Json>;
          "result"?: Json | null;
          "run_at"?: string;
          "started_at"?: string | null;
          "state"?: string;
          "unique_key"?: string | null;
          "worker_id"?: string | null;
        };
        Update: {
          "attempt"?: number;
          "cancel_requested"?: boolean;
          "created_at"?: string;
          "created_by"?: string | null;
          "depends_on"?: (number)[];
          "error"?: string | null;
          "failures"?: number;
          "finished_at"?: string | null;
          "heard"?: boolean;
          "id"?: number;
          "kind"?: string;
          "lease_expires_at"?: string | null;
          "lease_seconds"?: number | null;
          "lost_claims"?: number;
          "max_attempts"?: number;
          "payload"?: NonNullable<Json>;
          "pending_dependencies"?: number;
          "priority"?: number;
          "progress"?: Json | null;
          "progress_pending"?: boolean;
          "progress_told_at"?: string | null;
          "queue"?: string;
          "ready"?: boolean;
          "requirements"?: NonNullable<Json>;
          "result"?: Json | null;
          "run_at"?: string;
          "started_at"?: string | null;
          "state"?: string;
          "unique_key"?: string | null;
          "worker_id"?: string | null;
        };
        Relationships: [];
      };
      "latest_metrics": {
        Row: {
          "key": string;
          "logged_at": string;
          "run_id": string;
          "step": number;
          "value": number;
        };
        ComputedFields: never;
        Insert: {
          "key": string;
          "logged_at": string;
          "run_id": string;
          "step": number;
          "value": number;
        };
        Update: {
          "key"?: string;
          "logged_at"?: string;
          "run_id"?: string;
          "step"?: number;
          "value"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "latest_metrics_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "runs";
            referencedColumns: ["id"];
          },
        ];
      };
      "lineage_edges": {
        Row: {
          "created_at": string;
          "from_id": string;
          "from_kind": string;
          "to_id": string;
          "to_kind": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "from_id": string;
          "from_kind": string;
          "to_id": string;
          "to_kind": string;
        };
        Update: {
          "created_at"?: string;
          "from_id"?: string;
          "from_kind"?: string;
          "to_id"?: string;
          "to_kind"?: string;
        };
        Relationships: [];
      };
      "members": {
        Row: {
          "added_by": string | null;
          "created_at": string;
          "role": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "added_by"?: string | null;
          "created_at"?: string;
          "role": string;
          "user_id": string;
        };
        Update: {
          "added_by"?: string | null;
          "created_at"?: string;
          "role"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "model_evidence": {
        Row: {
          "details": NonNullable<Json>;
          "id": number;
          "job_id": number | null;
          "name": string;
          "passed": boolean | null;
          "recorded_at": string;
          "recorded_by": string | null;
          "value": number | null;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "details"?: NonNullable<Json>;
          "id"?: never;
          "job_id"?: number | null;
          "name": string;
          "passed"?: boolean | null;
          "recorded_at"?: string;
          "recorded_by"?: string | null;
          "value"?: number | null;
          "version_id": number;
        };
        Update: {
          "details"?: NonNullable<Json>;
          "id"?: never;
          "job_id"?: number | null;
          "name"?: string;
          "passed"?: boolean | null;
          "recorded_at"?: string;
          "recorded_by"?: string | null;
          "value"?: number | null;
          "version_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "model_evidence_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "model_types": {
        Row: {
          "description": string;
          "extra": string | null;
          "input_kinds": (string)[];
          "name": string;
          "params": NonNullable<Json>;
          "tasks": (string)[];
        };
        ComputedFields: never;
        Insert: {
          "description": string;
          "extra"?: string | null;
          "input_kinds": (string)[];
          "name": string;
          "params": NonNullable<Json>;
          "tasks": (string)[];
        };
        Update: {
          "description"?: string;
          "extra"?: string | null;
          "input_kinds"?: (string)[];
          "name"?: string;
          "params"?: NonNullable<Json>;
          "tasks"?: (string)[];
        };
        Relationships: [];
      };
      "model_versions": {
        Row: {
          "artifact_bytes": number;
          "artifact_path": string;
          "artifact_sha256": string;
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "description": string;
          "framework": string;
          "id": number;
          "model_id": number;
          "model_type": string;
          "run_id": string;
          "signature": NonNullable<Json>;
          "signature_hash": string;
          "stage": string;
          "stage_changed_at": string;
          "tags": NonNullable<Json>;
          "training_data_hash": string | null;
          "version": number;
        };
        ComputedFields: never;
        Insert: {
          "artifact_bytes": number;
          "artifact_path": string;
          "artifact_sha256": string;
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "description"?: string;
          "framework": string;
          "id"?: never;
          "model_id": number;
          "model_type": string;
          "run_id": string;
          "signature": NonNullable<Json>;
          "signature_hash": string;
          "stage"?: string;
          "stage_changed_at"?: string;
          "tags"?: NonNullable<Json>;
          "training_data_hash"?: string | null;
          "version": number;
        };
        Update: {
          "artifact_bytes"?: number;
          "artifact_path"?: string;
          "artifact_sha256"?: string;
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "description"?: string;
          "framework"?: string;
          "id"?: never;
          "model_id"?: number;
          "model_type"?: string;
          "run_id"?: string;
          "signature"?: NonNullable<Json>;
          "signature_hash"?: string;
          "stage"?: string;
          "stage_changed_at"?: string;
          "tags"?: NonNullable<Json>;
          "training_data_hash"?: string | null;
          "version"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "model_versions_dataset_id_fkey";
            columns: ["dataset_id"];
            isOneToOne: false;
            referencedRelation: "datasets";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "model_versions_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "model_versions_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "runs";
            referencedColumns: ["id"];
          },
        ];
      };
      "monitors": {
        Row: {
          "alert_cooldown": string;
          "alpha": number;
          "check_every": string;
          "clear_after": number;
          "enabled": boolean;
          "false_alarms": number;
          "last_error": string | null;
          "look_back": string;
          "max_rows": number;
          "min_ks": number;
          "min_missing": number;
          "min_psi": number;
          "min_rows": number;
          "model_id": number;
          "retrain": boolean;
          "retrain_cooldown": string;
          "retrain_delay": string;
          "updated_at": string;
          "updated_by": string | null;
          "visited_at": string | null;
        };
        ComputedFields: never;
        Insert: {
          "alert_cooldown"?: string;
          "alpha"?: number;
          "check_every"?: string;
          "clear_after"?: number;
          "enabled"?: boolean;
          "false_alarms"?: number;
          "last_error"?: string | null;
          "look_back"?: string;
          "max_rows"?: number;
          "min_ks"?: number;
          "min_missing"?: number;
          "min_psi"?: number;
          "min_rows"?: number;
          "model_id": number;
          "retrain"?: boolean;
          "retrain_cooldown"?: string;
          "retrain_delay"?: string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "visited_at"?: string | null;
        };
        Update: {
          "alert_cooldown"?: string;
          "alpha"?: number;
          "check_every"?: string;
          "clear_after"?: number;
          "enabled"?: boolean;
          "false_alarms"?: number;
          "last_error"?: string | null;
          "look_back"?: string;
          "max_rows"?: number;
          "min_ks"?: number;
          "min_missing"?: number;
          "min_psi"?: number;
          "min_rows"?: number;
          "model_id"?: number;
          "retrain"?: boolean;
          "retrain_cooldown"?: string;
          "retrain_delay"?: string;
          "updated_at"?: string;
          "updated_by"?: string | null;
          "visited_at"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "monitors_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: true;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
        ];
      };
      "online_features": {
        Row: {
          "created_time": string | null;
          "entity": NonNullable<Json>;
          "entity_key": string;
          "event_time": string;
          "values": NonNullable<Json>;
          "view_id": number;
          "written_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_time"?: string | null;
          "entity": NonNullable<Json>;
          "entity_key": string;
          "event_time": string;
          "values": NonNullable<Json>;
          "view_id": number;
          "written_at"?: string;
        };
        Update: {
          "created_time"?: string | null;
          "entity"?: NonNullable<Json>;
          "entity_key"?: string;
          "event_time"?: string;
          "values"?: NonNullable<Json>;
          "view_id"?: number;
          "written_at"?: string;
        };
        Relationships: [];
      };
      "prediction_refusals": {
        Row: {
          "code": string;
          "id": string;
          "missing": (number)[];
          "model_id": number;
          "refused_at": string;
          "requested_by": string | null;
          "row_key": string;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "code": string;
          "id": string;
          "missing": (number)[];
          "model_id": number;
          "refused_at": string;
          "requested_by"?: string | null;
          "row_key": string;
          "version_id": number;
        };
        Update: {
          "code"?: string;
          "id"?: string;
          "missing"?: (number)[];
          "model_id"?: number;
          "refused_at"?: string;
          "requested_by"?: string | null;
          "row_key"?: string;
          "version_id"?: number;
        };
        Relationships: [];
      };
      "predictions": {
        Row: {
          "entity": Json | null;
          "entity_key": string | null;
          "features": NonNullable<Json>;
          "id": string;
          "latency_ms": number;
          "model_id": number;
          "output": NonNullable<Json>;
          "predicted_label": string | null;
          "purpose": string;
          "request_id": string;
          "requested_by": string | null;
          "score": number | null;
          "served_at": string;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "entity"?: Json | null;
          "entity_key"?: string | null;
          "features": NonNullable<Json>;
          "id": string;
          "latency_ms": number;
          "model_id": number;
          "output": NonNullable<Json>;
          "predicted_label"?: string | null;
          "purpose"?: string;
          "request_id": string;
          "requested_by"?: string | null;
          "score"?: number | null;
          "served_at": string;
          "version_id": number;
        };
        Update: {
          "entity"?: Json | null;
          "entity_key"?: string | null;
          "features"?: NonNullable<Json>;
          "id"?: string;
          "latency_ms"?: number;
          "model_id"?: number;
          "output"?: NonNullable<Json>;
          "predicted_label"?: string | null;
          "purpose"?: string;
          "request_id"?: string;
          "requested_by"?: string | null;
          "score"?: number | null;
          "served_at"?: string;
          "version_id"?: number;
        };
        Relationships: [];
      };
      "promotion_policies": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "id": number;
          "model_id": number | null;
          "requirements": Json | null;
          "stage": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: never;
          "model_id"?: number | null;
          "requirements"?: Json | null;
          "stage": string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "id"?: never;
          "model_id"?: number | null;
          "requirements"?: Json | null;
          "stage"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "promotion_policies_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
        ];
      };
      "quarantined_rows": {
        Row: {
          "created_time": string | null;
          "entity_key": string;
          "event_time": string;
          "quarantined_at": string;
          "reason": string;
          "view_id": number;
        };
        ComputedFields: never;
        Insert: {
          "created_time"?: string | null;
          "entity_key": string;
          "event_time": string;
          "quarantined_at": string;
          "reason": string;
          "view_id": number;
        };
        Update: {
          "created_time"?: string | null;
          "entity_key"?: string;
          "event_time"?: string;
          "quarantined_at"?: string;
          "reason"?: string;
          "view_id"?: number;
        };
        Relationships: [];
      };
      "queue_settings": {
        Row: {
          "announce": boolean;
          "queue": string;
          "retain_days": number;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "announce"?: boolean;
          "queue": string;
          "retain_days"?: number;
          "updated_at"?: string;
        };
        Update: {
          "announce"?: boolean;
          "queue"?: string;
          "retain_days"?: number;
          "updated_at"?: string;
        };
        Relationships: [];
      };
      "registered_models": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "id": number;
          "name": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "id"?: never;
          "name": string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "id"?: never;
          "name"?: string;
        };
        Relationships: [];
      };
      "retrainings": {
        Row: {
          "alert_id": number | null;
          "id": number;
          "job_id": number;
          "model_id": number;
          "queued_at": string;
          "reason": string;
        };
        ComputedFields: never;
        Insert: {
          "alert_id"?: number | null;
          "id"?: never;
          "job_id": number;
          "model_id": number;
          "queued_at"?: string;
          "reason": string;
        };
        Update: {
          "alert_id"?: number | null;
          "id"?: never;
          "job_id"?: number;
          "model_id"?: number;
          "queued_at"?: string;
          "reason"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "retrainings_alert_id_fkey";
            columns: ["alert_id"];
            isOneToOne: false;
            referencedRelation: "alerts";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "retrainings_model_id_fkey";
            columns: ["model_id"];
            isOneToOne: false;
            referencedRelation: "registered_models";
            referencedColumns: ["id"];
          },
        ];
      };
      "run_metrics": {
        Row: {
          "key": string;
          "logged_at": string;
          "run_id": string;
          "step": number;
          "value": number;
        };
        ComputedFields: never;
        Insert: {
          "key": string;
          "logged_at": string;
          "run_id": string;
          "step": number;
          "value": number;
        };
        Update: {
          "key"?: string;
          "logged_at"?: string;
          "run_id"?: string;
          "step"?: number;
          "value"?: number;
        };
        Relationships: [];
      };
      "run_params": {
        Row: {
          "key": string;
          "run_id": string;
          "value": string;
        };
        ComputedFields: never;
        Insert: {
          "key": string;
          "run_id": string;
          "value": string;
        };
        Update: {
          "key"?: string;
          "run_id"?: string;
          "value"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "run_params_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "runs";
            referencedColumns: ["id"];
          },
        ];
      };
      "run_tags": {
        Row: {
          "key": string;
          "run_id": string;
          "value": string;
        };
        ComputedFields: never;
        Insert: {
          "key": string;
          "run_id": string;
          "value": string;
        };
        Update: {
          "key"?: string;
          "run_id"?: string;
          "value"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "run_tags_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "runs";
            referencedColumns: ["id"];
          },
        ];
      };
      "runs": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "ended_at": string | null;
          "experiment_id": number;
          "id": string;
          "job_id": number | null;
          "name": string;
          "parent_run_id": string | null;
          "started_at": string | null;
          "status": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "ended_at"?: string | null;
          "experiment_id": number;
          "id"?: string;
          "job_id"?: number | null;
          "name": string;
          "parent_run_id"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "ended_at"?: string | null;
          "experiment_id"?: number;
          "id"?: string;
          "job_id"?: number | null;
          "name"?: string;
          "parent_run_id"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "runs_dataset_id_fkey";
            columns: ["dataset_id"];
            isOneToOne: false;
            referencedRelation: "datasets";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "runs_experiment_id_fkey";
            columns: ["experiment_id"];
            isOneToOne: false;
            referencedRelation: "experiments";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "runs_parent_run_id_fkey";
            columns: ["parent_run_id"];
            isOneToOne: false;
            referencedRelation: "runs";
            referencedColumns: ["id"];
          },
        ];
      };
      "stage_transitions": {
        Row: {
          "actor": string | null;
          "checks": NonNullable<Json>;
          "created_at": string;
          "from_stage": string;
          "id": number;
          "reason": string;
          "to_stage": string;
          "version_id": number;
        };
        ComputedFields: never;
        Insert: {
          "actor"?: string | null;
          "checks"?: NonNullable<Json>;
          "created_at"?: string;
          "from_stage": string;
          "id"?: never;
          "reason"?: string;
          "to_stage": string;
          "version_id": number;
        };
        Update: {
          "actor"?: string | null;
          "checks"?: NonNullable<Json>;
          "created_at"?: string;
          "from_stage"?: string;
          "id"?: never;
          "reason"?: string;
          "to_stage"?: string;
          "version_id"?: number;
        };
        Relationships: [
          {
            foreignKeyName: "stage_transitions_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "training_jobs": {
        Row: {
          "config": NonNullable<Json>;
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "dataset_spec": Json | null;
          "evaluation_id": number | null;
          "id": number;
          "job_id": number;
          "model": string;
          "reason": string;
          "retraining_of": number | null;
          "run_id": string;
        };
        ComputedFields: never;
        Insert: {
          "config": NonNullable<Json>;
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "dataset_spec"?: Json | null;
          "evaluation_id"?: number | null;
          "id"?: number;
          "job_id": number;
          "model": string;
          "reason"?: string;
          "retraining_of"?: number | null;
          "run_id": string;
        };
        Update: {
          "config"?: NonNullable<Json>;
          "created_at"?: string;
          "created_by"?: string | null;
          "dataset_id"?: number | null;
          "dataset_spec"?: Json | null;
          "evaluation_id"?: number | null;
          "id"?: number;
          "job_id"?: number;
          "model"?: string;
          "reason"?: string;
          "retraining_of"?: number | null;
          "run_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "training_jobs_dataset_id_fkey";
            columns: ["dataset_id"];
            isOneToOne: false;
            referencedRelation: "datasets";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "training_jobs_evaluation_id_fkey";
            columns: ["evaluation_id"];
            isOneToOne: false;
            referencedRelation: "datasets";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "training_jobs_retraining_of_fkey";
            columns: ["retraining_of"];
            isOneToOne: false;
            referencedRelation: "model_versions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "training_jobs_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: true;
            referencedRelation: "runs";
            referencedColumns: ["id"];
          },
        ];
      };
      "webhook_deliveries": {
        Row: {
          "attempt": number;
          "created_at": string;
          "delivered_at": string | null;
          "endpoint_id": string;
          "event_type": string;
          "id": string;
          "last_error": string | null;
          "last_status": number | null;
          "next_attempt_at": string | null;
          "payload": NonNullable<Json>;
          "sending": boolean;
          "state": string;
        };
        ComputedFields: never;
        Insert: {
          "attempt"?: number;
          "created_at"?: string;
          "delivered_at"?: string | null;
          "endpoint_id": string;
          "event_type": string;
          "id"?: string;
          "last_error"?: string | null;
          "last_status"?: number | null;
          "next_attempt_at"?: string | null;
          "payload": NonNullable<Json>;
          "sending"?: boolean;
          "state"?: string;
        };
        Update: {
          "attempt"?: number;
          "created_at"?: string;
          "delivered_at"?: string | null;
          "endpoint_id"?: string;
          "event_type"?: string;
          "id"?: string;
          "last_error"?: string | null;
          "last_status"?: number | null;
          "next_attempt_at"?: string | null;
          "payload"?: NonNullable<Json>;
          "sending"?: boolean;
          "state"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "webhook_deliveries_endpoint_id_fkey";
            columns: ["endpoint_id"];
            isOneToOne: false;
            referencedRelation: "webhook_endpoints";
            referencedColumns: ["id"];
          },
        ];
      };
      "webhook_endpoints": {
        Row: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "disabled_reason": string | null;
          "enabled": boolean;
          "event_types": (string)[];
          "id": string;
          "updated_at": string;
          "url": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "disabled_reason"?: string | null;
          "enabled"?: boolean;
          "event_types": (string)[];
          "id"?: string;
          "updated_at"?: string;
          "url": string;
        };
        Update: {
          "created_at"?: string;
          "created_by"?: string | null;
          "description"?: string;
          "disabled_reason"?: string | null;
          "enabled"?: boolean;
          "event_types"?: (string)[];
          "id"?: string;
          "updated_at"?: string;
          "url"?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      "queue_stats": {
        Row: {
          "blocked": number | null;
          "depth": number | null;
          "failed_last_hour": number | null;
          "oldest_age_seconds": number | null;
          "queue": string | null;
          "run_p50_seconds": number | null;
          "run_p95_seconds": number | null;
          "running": number | null;
          "scheduled": number | null;
          "wait_p50_seconds": number | null;
          "wait_p95_seconds": number | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      "acknowledge_alert": {
        Args: { "alert_id": number };
        Returns: {
          "acknowledged_at": string | null;
          "acknowledged_by": string | null;
          "clean_checks": number;
          "details": NonNullable<Json>;
          "id": number;
          "kind": string;
          "last_seen_at": string;
          "model_id": number;
          "occurrences": number;
          "opened_at": string;
          "resolution": string | null;
          "resolved_at": string | null;
          "severity": string;
          "state": string;
          "title": string;
          "version_id": number;
        };
        SetofOptions: {
          from: "*";
          to: "alerts";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "add_member": {
        Args: { "role": string; "user_id": string };
        Returns: {
          "added_by": string | null;
          "created_at": string;
          "role": string;
          "user_id": string;
        };
        SetofOptions: {
          from: "*";
          to: "members";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "allow_source": {
        Args: { "functions"?: boolean; "source": string };
        Returns: {
          "allowed_by": string | null;
          "created_at": string;
          "functions": boolean;
          "relation_kind": string | null;
          "relation_name": string;
          "relation_owner": string | null;
          "schema_name": string;
        };
        SetofOptions: {
          from: "*";
          to: "allowed_sources";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "begin_training": { Args: { "attempt": number; "job_id": number }; Returns: Json };
      "cancel_job": {
        Args: { "job_id": number };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "check_drift": { Args: { "model": string }; Returns: Json };
      "check_promotion": { Args: { "model": string; "stage": string; "version": number }; Returns: Json };
      "claim_jobs": {
        Args: {
          "capabilities"?: Json;
          "claim_id"?: string;
          "lease_seconds"?: number;
          "max_jobs"?: number;
          "queues"?: (string)[];
          "worker_id": string;
        };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        }[];
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "claim_webhook_deliveries": {
        Args: { "max_deliveries"?: number };
        Returns: {
          "attempt": number;
          "created_at": string;
          "endpoint_id": string;
          "event_type": string;
          "id": string;
          "payload": Json;
          "secret": string;
          "url": string;
        }[];
      };
      "complete_job": {
        Args: { "attempt": number; "job_id": number; "result"?: Json };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "complete_jobs": { Args: { "jobs": Json }; Returns: number };
      "create_access_token": { Args: { "expires_at"?: string; "name": string; "scope"?: string }; Returns: Json };
      "create_experiment": {
        Args: { "description"?: string; "name": string; "tags"?: Json };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "id": number;
          "lifecycle_stage": string;
          "name": string;
          "tags": NonNullable<Json>;
        };
        SetofOptions: {
          from: "*";
          to: "experiments";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "create_training_dataset": {
        Args: {
          "event_time"?: string;
          "features": (string)[];
          "fit"?: boolean;
          "label": string;
          "name": string;
          "spine": string;
          "split"?: Json;
        };
        Returns: {
          "content_hash": string;
          "created_at": string;
          "created_by": string | null;
          "event_time": string;
          "features": NonNullable<Json>;
          "id": number;
          "join_keys": NonNullable<Json>;
          "label": string;
          "label_type": string;
          "name": string;
          "row_count": number;
          "spine": string;
          "split": NonNullable<Json>;
          "split_counts": NonNullable<Json>;
          "statistics": NonNullable<Json>;
          "table_name": string;
          "warnings": NonNullable<Json>;
        };
        SetofOptions: {
          from: "*";
          to: "datasets";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "disallow_source": { Args: { "source": string }; Returns: undefined };
      "end_run": {
        Args: { "attempt"?: number; "run_id": string; "status"?: string };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "ended_at": string | null;
          "experiment_id": number;
          "id": string;
          "job_id": number | null;
          "name": string;
          "parent_run_id": string | null;
          "started_at": string | null;
          "status": string;
        };
        SetofOptions: {
          from: "*";
          to: "runs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "enqueue_job": {
        Args: {
          "depends_on"?: (number)[];
          "kind": string;
          "max_attempts"?: number;
          "payload"?: Json;
          "priority"?: number;
          "queue"?: string;
          "requirements"?: Json;
          "run_at"?: string;
          "unique_key"?: string;
        };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "enqueue_jobs": {
        Args: { "jobs": Json };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        }[];
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "exchange_jobs": {
        Args: {
          "capabilities"?: Json;
          "claim_id"?: string;
          "done": Json;
          "lease_seconds"?: number;
          "max_jobs"?: number;
          "queues"?: (string)[];
          "worker_id": string;
        };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        }[];
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "fail_job": {
        Args: { "attempt": number; "error": string; "job_id": number; "retryable"?: boolean };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "get_job": {
        Args: { "job_id": number };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "get_lineage": { Args: { "direction"?: string; "id": string; "kind": string }; Returns: Json };
      "get_my_role": { Args: Record<PropertyKey, never>; Returns: string };
      "get_online_features": {
        Args: { "entities": Json; "features": (string)[]; "full_feature_names"?: boolean };
        Returns: Json;
      };
      "get_run": { Args: { "run_id": string }; Returns: Json };
      "get_serving_stats": {
        Args: { "look_back"?: string; "model": string };
        Returns: {
          "first_served_at": string;
          "labels": Json;
          "last_served_at": string;
          "latency_ms_max": number;
          "latency_ms_p50": number;
          "latency_ms_p95": number;
          "mean_score": number;
          "predictions": number;
          "purpose": string;
          "requests": number;
          "version": number;
        }[];
      };
      "heartbeat_job": { Args: { "attempt": number; "job_id": number; "progress"?: Json }; Returns: Json };
      "log_batch": {
        Args: { "attempt"?: number; "metrics"?: Json; "params"?: Json; "run_id": string; "tags"?: Json };
        Returns: Json;
      };
      "log_job": {
        Args: { "attempt": number; "fields"?: Json; "job_id": number; "level"?: string; "message": string };
        Returns: undefined;
      };
      "log_predictions": { Args: { "predictions": Json }; Returns: number };
      "log_refusals": { Args: { "refusals": Json }; Returns: number };
      "materialize_feature_view": { Args: { "version"?: number; "view": string }; Returns: number };
      "model_health_report": { Args: { "look_back"?: string; "model": string }; Returns: Json };
      "promote_model": {
        Args: { "model": string; "reason"?: string; "stage": string; "version": number };
        Returns: Json;
      };
      "queue_model_check": {
        Args: { "kind": string; "model": string; "options"?: Json; "version": number };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "read_dataset": {
        Args: { "after_row"?: number; "dataset": string; "max_rows"?: number; "split"?: string };
        Returns: Json;
      };
      "record_evidence": {
        Args: {
          "attempt"?: number;
          "details"?: Json;
          "job_id"?: number;
          "model": string;
          "name": string;
          "passed"?: boolean;
          "value"?: number;
          "version": number;
        };
        Returns: {
          "details": NonNullable<Json>;
          "id": number;
          "job_id": number | null;
          "name": string;
          "passed": boolean | null;
          "recorded_at": string;
          "recorded_by": string | null;
          "value": number | null;
          "version_id": number;
        };
        SetofOptions: {
          from: "*";
          to: "model_evidence";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "record_webhook_outcome": {
        Args: { "attempt": number; "delivery_id": string; "error"?: string; "status"?: number };
        Returns: {
          "attempt": number;
          "created_at": string;
          "delivered_at": string | null;
          "endpoint_id": string;
          "event_type": string;
          "id": string;
          "last_error": string | null;
          "last_status": number | null;
          "next_attempt_at": string | null;
          "payload": NonNullable<Json>;
          "sending": boolean;
          "state": string;
        };
        SetofOptions: {
          from: "*";
          to: "webhook_deliveries";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "redeliver_webhook": {
        Args: { "delivery_id": string };
        Returns: {
          "attempt": number;
          "created_at": string;
          "delivered_at": string | null;
          "endpoint_id": string;
          "event_type": string;
          "id": string;
          "last_error": string | null;
          "last_status": number | null;
          "next_attempt_at": string | null;
          "payload": NonNullable<Json>;
          "sending": boolean;
          "state": string;
        };
        SetofOptions: {
          from: "*";
          to: "webhook_deliveries";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "register_entity": {
        Args: { "description"?: string; "join_keys": Json; "name": string };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "id": number;
          "join_keys": NonNullable<Json>;
          "name": string;
        };
        SetofOptions: {
          from: "*";
          to: "entities";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "register_feature_view": {
        Args: {
          "created_time"?: string;
          "description"?: string;
          "entity": string;
          "event_time": string;
          "features": Json;
          "future"?: string;
          "future_tolerance"?: string;
          "keep_history"?: boolean;
          "mode"?: string;
          "name": string;
          "source": string;
          "ttl"?: string;
        };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "created_time": string | null;
          "description": string;
          "entity_id": number;
          "event_time": string;
          "fitted_on_dataset_id": number | null;
          "future": string;
          "future_tolerance": string | null;
          "history_key": (string)[] | null;
          "history_of": string | null;
          "id": number;
          "mode": string;
          "name": string;
          "retired_at": string | null;
          "source": string;
          "ttl": string | null;
          "version": number;
          "warnings": NonNullable<Json>;
        };
        SetofOptions: {
          from: "*";
          to: "feature_views";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "register_model_version": {
        Args: {
          "artifact_bytes": number;
          "artifact_sha256": string;
          "attempt"?: number;
          "description"?: string;
          "framework": string;
          "model": string;
          "model_type": string;
          "run_id": string;
          "signature": Json;
          "tags"?: Json;
        };
        Returns: {
          "artifact_bytes": number;
          "artifact_path": string;
          "artifact_sha256": string;
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "description": string;
          "framework": string;
          "id": number;
          "model_id": number;
          "model_type": string;
          "run_id": string;
          "signature": NonNullable<Json>;
          "signature_hash": string;
          "stage": string;
          "stage_changed_at": string;
          "tags": NonNullable<Json>;
          "training_data_hash": string | null;
          "version": number;
        };
        SetofOptions: {
          from: "*";
          to: "model_versions";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "register_webhook_endpoint": {
        Args: { "description"?: string; "event_types": (string)[]; "url": string };
        Returns: Json;
      };
      "release_job": {
        Args: { "attempt": number; "job_id": number };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "remove_member": { Args: { "user_id": string }; Returns: undefined };
      "remove_webhook_endpoint": { Args: { "endpoint_id": string }; Returns: undefined };
      "resolve_access_token": { Args: { "token": string }; Returns: Json };
      "resolve_alert": {
        Args: { "alert_id": number; "resolution"?: string };
        Returns: {
          "acknowledged_at": string | null;
          "acknowledged_by": string | null;
          "clean_checks": number;
          "details": NonNullable<Json>;
          "id": number;
          "kind": string;
          "last_seen_at": string;
          "model_id": number;
          "occurrences": number;
          "opened_at": string;
          "resolution": string | null;
          "resolved_at": string | null;
          "severity": string;
          "state": string;
          "title": string;
          "version_id": number;
        };
        SetofOptions: {
          from: "*";
          to: "alerts";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "resolve_prediction": {
        Args: { "entities"?: Json; "model": string; "refusals"?: boolean; "version"?: number };
        Returns: Json;
      };
      "retire_feature_view": {
        Args: { "version": number; "view": string };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "created_time": string | null;
          "description": string;
          "entity_id": number;
          "event_time": string;
          "fitted_on_dataset_id": number | null;
          "future": string;
          "future_tolerance": string | null;
          "history_key": (string)[] | null;
          "history_of": string | null;
          "id": number;
          "mode": string;
          "name": string;
          "retired_at": string | null;
          "source": string;
          "ttl": string | null;
          "version": number;
          "warnings": NonNullable<Json>;
        };
        SetofOptions: {
          from: "*";
          to: "feature_views";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "retry_job": {
        Args: { "job_id": number };
        Returns: {
          "attempt": number;
          "cancel_requested": boolean;
          "created_at": string;
          "created_by": string | null;
          "depends_on": (number)[];
          "error": string | null;
          "failures": number;
          "finished_at": string | null;
          "heard": boolean;
          "id": number;
          "kind": string;
          "lease_expires_at": string | null;
          "lease_seconds": number | null;
          "lost_claims": number;
          "max_attempts": number;
          "payload": NonNullable<Json>;
          "pending_dependencies": number;
          "priority": number;
          "progress": Json | null;
          "progress_pending": boolean;
          "progress_told_at": string | null;
          "queue": string;
          "ready": boolean;
          "requirements": NonNullable<Json>;
          "result": Json | null;
          "run_at": string;
          "started_at": string | null;
          "state": string;
          "unique_key": string | null;
          "worker_id": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "jobs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "revoke_access_token": { Args: { "token_id": string }; Returns: undefined };
      "rows_trained_on": {
        Args: { "dataset": string; "model": string; "split"?: string; "version": number };
        Returns: Json;
      };
      "set_evaluation_data": {
        Args: { "dataset": string; "model": string };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "id": number;
          "model_id": number;
        };
        SetofOptions: {
          from: "*";
          to: "evaluation_data";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "set_monitor": {
        Args: { "config": Json; "model": string };
        Returns: {
          "alert_cooldown": string;
          "alpha": number;
          "check_every": string;
          "clear_after": number;
          "enabled": boolean;
          "false_alarms": number;
          "last_error": string | null;
          "look_back": string;
          "max_rows": number;
          "min_ks": number;
          "min_missing": number;
          "min_psi": number;
          "min_rows": number;
          "model_id": number;
          "retrain": boolean;
          "retrain_cooldown": string;
          "retrain_delay": string;
          "updated_at": string;
          "updated_by": string | null;
          "visited_at": string | null;
        };
        SetofOptions: {
          from: "*";
          to: "monitors";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "set_promotion_policy": {
        Args: { "model": string; "requirements": Json; "stage": string };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "id": number;
          "model_id": number | null;
          "requirements": Json | null;
          "stage": string;
        };
        SetofOptions: {
          from: "*";
          to: "promotion_policies";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "set_queue_settings": {
        Args: { "queue": string; "settings": Json };
        Returns: {
          "announce": boolean;
          "queue": string;
          "retain_days": number;
          "updated_at": string;
        };
        SetofOptions: {
          from: "*";
          to: "queue_settings";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "start_run": {
        Args: {
          "attempt"?: number;
          "dataset"?: string;
          "experiment": string;
          "job_id"?: number;
          "name"?: string;
          "parent_run_id"?: string;
          "tags"?: Json;
        };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "dataset_id": number | null;
          "ended_at": string | null;
          "experiment_id": number;
          "id": string;
          "job_id": number | null;
          "name": string;
          "parent_run_id": string | null;
          "started_at": string | null;
          "status": string;
        };
        SetofOptions: {
          from: "*";
          to: "runs";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "submit_feedback": {
        Args: { "actual"?: string; "comment"?: string; "prediction_id": string; "rating"?: number };
        Returns: {
          "actual": string | null;
          "comment": string | null;
          "id": number;
          "model_id": number;
          "predicted_label": string | null;
          "prediction_id": string;
          "rating": number | null;
          "served_at": string;
          "submitted_at": string;
          "submitted_by": string | null;
          "version_id": number;
        };
        SetofOptions: {
          from: "*";
          to: "feedback";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "train_model": { Args: { "config": Json }; Returns: Json };
      "update_webhook_endpoint": {
        Args: {
          "description"?: string;
          "enabled"?: boolean;
          "endpoint_id": string;
          "event_types"?: (string)[];
          "url"?: string;
        };
        Returns: {
          "created_at": string;
          "created_by": string | null;
          "description": string;
          "disabled_reason": string | null;
          "enabled": boolean;
          "event_types": (string)[];
          "id": string;
          "updated_at": string;
          "url": string;
        };
        SetofOptions: {
          from: "*";
          to: "webhook_endpoints";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
  "public": {
    Tables: {
      [_ in never]: never;
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      [_ in never]: never;
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "ml": {
    Enums: {},
  },
  "public": {
    Enums: {},
  },
} as const;
