-- Two tenants with a visitor each, for psql. The hashes come as variables, so that no password is known to all:
-- \set alice_hash '…' and \set bruno_hash '…', each made by hash-password.
INSERT INTO tenants VALUES
    ('00000000-0000-4000-8000-00000000000a', 'Alder Bakery'),
    ('00000000-0000-4000-8000-00000000000b', 'Birch Books')
ON CONFLICT DO NOTHING;

INSERT INTO accounts.accounts VALUES
    ('alice', '00000000-0000-4000-8000-00000000000a', :'alice_hash'),
    ('bruno', '00000000-0000-4000-8000-00000000000b', :'bruno_hash')
ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash;

INSERT INTO notes (tenant_id, id, author, body, written_at) VALUES
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'alice',
     'Flour for the weekend comes on Thursday: 40 kg rye, 60 kg wheat.', '2026-01-12 06:40Z'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000002', 'alice',
     'The second oven is too hot by 10 degrees.', '2026-01-13 05:15Z'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000003', 'alice',
     'Somebody left <script>alert("hello")</script> in the guest book. It is text here.', '2026-01-14 11:02Z'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-000000000004', 'bruno',
     'Reading on Friday at seven: twelve chairs are missing.', '2026-01-12 16:20Z'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-000000000005', 'bruno',
     'The atlas for Ms. Keller has arrived.', '2026-01-13 09:45Z')
ON CONFLICT DO NOTHING;
