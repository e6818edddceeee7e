-- The application's own tables, as a clinic would have them: nothing here belongs to the platform.
create table public.measurements (
    id bigint generated always as identity primary key,
    patient_id bigint not null,
    measured_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    mean_radius double precision not null,
    mean_texture double precision not null,
    mean_perimeter double precision not null,
    mean_area double precision not null,
    mean_smoothness double precision not null,
    mean_compactness double precision not null,
    mean_concavity double precision not null,
    mean_concave_points double precision not null,
    mean_symmetry double precision not null,
    mean_fractal_dimension double precision not null,
    error_radius double precision not null,
    error_texture double precision not null,
    error_perimeter double precision not null,
    error_area double precision not null,
    error_smoothness double precision not null,
    error_compactness double precision not null,
    error_concavity double precision not null,
    error_concave_points double precision not null,
    error_symmetry double precision not null,
    error_fractal_dimension double precision not null,
    worst_radius double precision not null,
    worst_texture double precision not null,
    worst_perimeter double precision not null,
    worst_area double precision not null,
    worst_smoothness double precision not null,
    worst_compactness double precision not null,
    worst_concavity double precision not null,
    worst_concave_points double precision not null,
    worst_symmetry double precision not null,
    worst_fractal_dimension double precision not null
);

create index measurements_patient_id_measured_at_idx on public.measurements (patient_id, measured_at);

create table public.diagnoses (
    patient_id bigint primary key,
    diagnosed_at timestamptz not null,
    diagnosis text not null check (diagnosis in ('benign', 'malignant'))
);

alter table public.measurements enable row level security;
alter table public.diagnoses enable row level security;
grant select, insert, update, delete on public.measurements, public.diagnoses to service_role;
