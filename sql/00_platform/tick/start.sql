select ml_private.schedule_tick();
