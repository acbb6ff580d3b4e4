/** Locks on roles, and the owners' rights that a login without superuser rights needs for a moment. */
import { escapeIdentifier as identifier } from "pg";
import { type Session, step } from "./server";

/** Locks a role and its members for the transaction, against concurrent updates of the same catalogue rows. */
export async function lockRole(session: Session, role: string): Promise<void> {
    // The wait for a lock must not end by a timeout that is meant for statements.
    await session.query("SET statement_timeout = 0");
    await session.query("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = $1", [role]);
    await session.query(
        `SELECT pg_advisory_xact_lock(member::bigint)
        FROM pg_auth_members JOIN pg_roles ON roleid = pg_roles.oid WHERE rolname = $1`,
        [role],
    );
}

export async function lockDatabase(session: Session, database: string): Promise<void> {
    await session.query("SET statement_timeout = 0");
    await session.query("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_database WHERE datname = $1", [database]);
}

export async function roleExists(session: Session, role: string): Promise<boolean> {
    return (await session.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role])).length > 0;
}

/** Membership outside a transaction, for statements that allow none; it is given back also when the work fails. */
export async function borrowRole<T>(session: Session, role: string | undefined, work: () => Promise<T>): Promise<T> {
    const me = await currentUser(session);
    if (!role || role === me || (await isSuperuser(session, me)) || (await isMember(session, me, role))) {
        return work();
    }
    await grant(session, role, me);
    try {
        return await work();
    } finally {
        await revoke(session, role, me);
    }
}

/** Runs work with the rights of roles: a superuser has them, another login is made a member and taken out again. */
export async function withRolesGranted<T>(session: Session, roles: string[], work: () => Promise<T>): Promise<T> {
    const me = await currentUser(session);
    if (roles.length === 0 || (await isSuperuser(session, me))) {
        return work();
    }
    const granted: string[] = [];
    const revoked: string[] = [];
    for (const role of new Set(roles)) {
        // Nobody but a superuser becomes a member of a superuser.
        if (role === me || (await isSuperuser(session, role))) {
            continue;
        }
        // Two roles can't be members of each other.
        if (await isMember(session, role, me)) {
            await revoke(session, me, role);
            revoked.push(role);
        }
        if (!(await isMember(session, me, role))) {
            await grant(session, role, me);
            granted.push(role);
        }
    }
    const result = await work();
    for (const role of granted) {
        await revoke(session, role, me);
    }
    for (const role of revoked) {
        if (await roleExists(session, role)) {
            await grant(session, me, role);
        }
    }
    return result;
}

async function currentUser(session: Session): Promise<string> {
    const [login] = await session.query<{ name: string }>("SELECT current_user::text AS name");
    return login?.name ?? "";
}

async function isSuperuser(session: Session, role: string): Promise<boolean> {
    const rows = await session.query<{ rolsuper: boolean }>("SELECT rolsuper FROM pg_roles WHERE rolname = $1", [role]);
    return rows[0]?.rolsuper ?? false;
}

async function isMember(session: Session, member: string, role: string): Promise<boolean> {
    // From PostgreSQL 16 a membership may come without the right to act as the role.
    const [column] = await session.query(
        "SELECT 1 FROM pg_attribute WHERE attrelid = 'pg_auth_members'::regclass AND attname = 'set_option'",
    );
    const rows = await session.query(
        `SELECT 1 FROM pg_auth_members
        WHERE pg_get_userbyid(roleid) = $1 AND pg_get_userbyid(member) = $2${column ? " AND set_option" : ""}`,
        [role, member],
    );
    return rows.length > 0;
}

async function grant(session: Session, role: string, member: string): Promise<void> {
    await step(`error granting role ${role} to ${member}`, () =>
        session.query(`GRANT ${identifier(role)} TO ${identifier(member)}`),
    );
}

async function revoke(session: Session, role: string, member: string): Promise<void> {
    await step(`error revoking role ${role} from ${member}`, () =>
        session.query(`REVOKE ${identifier(role)} FROM ${identifier(member)}`),
    );
}
