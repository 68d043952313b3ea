"""The rules of a fault run that the database alone can answer, in SQL."""

# Each answers what must not be: a name for the finding, and rows that break the rule.
TWICE = {
    "verdicts": "SELECT mutation_id FROM sync_mutations WHERE NOT repeated"
    " GROUP BY 1 HAVING count(*) > 1",
    "openings of a case": "SELECT case_id FROM case_events WHERE action = 'report'"
    " GROUP BY 1 HAVING count(*) > 1",
    "findings of a case": "SELECT case_id FROM findings GROUP BY 1 HAVING count(*) > 1",
    "steps of a task": "SELECT task_id, action, text FROM task_events"
    " WHERE action IN ('accept', 'finish', 'evidence', 'read', 'return')"
    " GROUP BY 1, 2, 3 HAVING count(*) > 1",
    "notices of a refusal": "SELECT mutation_id FROM notices WHERE mutation_id IS NOT NULL"
    " GROUP BY 1 HAVING count(*) > 1",
}
BROKEN = {
    "verdicts of a client do not cover 1..last_mid": "SELECT c.client_id FROM sync_clients c"
    " LEFT JOIN sync_mutations m USING (client_id) GROUP BY c.client_id, c.last_mid"
    " HAVING count(m.mid) <> c.last_mid OR coalesce(max(m.mid), 0) <> c.last_mid",
    "versions of a scope": "SELECT s.id FROM sync_scopes s LEFT JOIN sync_feed f"
    " ON f.scope_id = s.id GROUP BY s.id HAVING coalesce(max(f.version), 0) <> s.version"
    " OR count(f.version) <> count(DISTINCT f.version)",
    "a refusal without its payload": "SELECT m.mutation_id FROM sync_mutations m"
    " LEFT JOIN sync_rejected r USING (mutation_id)"
    " WHERE m.verdict ->> 'verdict' IN ('rejected', 'held') AND r.mutation_id IS NULL",
    "held for a fault of the machine": "SELECT mutation_id FROM sync_mutations"
    " WHERE verdict ->> 'code' = 'server-error'",
    "effects of a client out of their order": "SELECT client_id, mid FROM (SELECT m.client_id,"
    " m.mid, m.decided_at, lag(m.decided_at) OVER (PARTITION BY m.client_id ORDER BY m.mid)"
    " AS before FROM sync_mutations m JOIN (SELECT payload_sha256 FROM inspections"
    " UNION ALL SELECT payload_sha256 FROM cases) i ON i.payload_sha256 = m.sha256"
    " WHERE NOT m.repeated AND m.verdict ->> 'verdict' = 'ok') e"  # merged: it stood already
    " WHERE decided_at < before",  # not when it came in: a smaller push may overtake a larger one
    "a refused inspection with an effect": "SELECT r.mutation_id FROM sync_rejected r"
    " JOIN inspections i ON i.id::text = r.payload #>> '{args,inspection_id}'"
    " WHERE r.resolution IS DISTINCT FROM 'sent_again'",
    "a refused hazard with an effect": "SELECT r.mutation_id FROM sync_rejected r"
    " JOIN cases c ON c.id::text = r.payload #>> '{args,case_id}'"
    " WHERE r.resolution IS DISTINCT FROM 'sent_again'",
}
EFFECTS = {
    "inspection.submit": ("inspection_id", "SELECT id, payload_sha256 FROM inspections"),
    "hazard.report": ("case_id", "SELECT id, payload_sha256 FROM cases"),
    "patrol.start": ("patrol_id", "SELECT id, NULL FROM patrols"),
    "feedback.submit": ("feedback_id", "SELECT id, NULL FROM feedback"),
}
