/**
 * What an update that was killed may have left behind: made in the cluster or the database, but not yet in the state.
 * Pure: from the state, which names what was being made, to the commands that look for it and take it away.
 */
import { chartFullName } from "../components/database/postgresql-values";

/** Something that may be half made. */
export interface Leftover {
    /** What it is, for people. */
    title: string;
    /** Arguments of kubectl that print a line when it is there. */
    find: string[];
    /** Arguments of kubectl that take it away. */
    remove: string[];
    /** Standard input of each of the two. */
    input?: { find: string; remove: string };
}

/** A resource in the state, as far as is of interest here. */
export interface StateResource {
    urn: string;
    type: string;
    inputs?: Record<string, unknown>;
    /** It is on its way out, and its replacement is still to come. */
    pendingReplacement?: boolean;
    deletedWith?: string;
}

/** What `pulumi stack export` prints under `deployment`. */
export interface Deployment {
    resources?: StateResource[];
    pending_operations?: { resource: StateResource; type: string }[];
}

const RELEASE = "kubernetes:helm.sh/v3:Release";
const ROLE = "postgresql:index/role:Role";
const DATABASE = "postgresql:index/database:Database";

/** A release that helm was in the middle of; nothing but helm itself ends it otherwise. */
const UNDER_WAY = "status in (pending-install,pending-upgrade,pending-rollback)";

/** Everything that may be left; most of it won't be there. */
export function leftovers({ resources = [], pending_operations = [] }: Deployment): Leftover[] {
    const known = new Set(resources.filter((each) => !each.pendingReplacement).map(identity));
    const unknown = pending_operations
        .filter(({ type, resource }) => type === "creating" && !known.has(identity(resource)))
        .map(({ resource }) => resource);
    return [
        ...resources.filter(({ type }) => type === RELEASE).map((release) => helmRecords(release, UNDER_WAY)),
        ...unknown.flatMap((resource) => leftover(resource, resources)),
    ];
}

/** What nobody here can look for: roles and databases of a server that isn't in the state. */
export function outOfReach({ resources = [], pending_operations = [] }: Deployment): string[] {
    return pending_operations
        .filter(({ type, resource }) => type === "creating" && isInServer(resource) && !serverOf(resource, resources))
        .map(({ resource }) => titleInServer(resource));
}

function leftover(resource: StateResource, resources: StateResource[]): Leftover[] {
    const { type } = resource;
    if (type === RELEASE) {
        // Without its records helm takes the release's objects over as they are, with the data.
        return [helmRecords(resource)];
    }
    if (isInServer(resource)) {
        const server = serverOf(resource, resources);
        return server ? [inServer(resource, server)] : [];
    }
    const isObject = type.startsWith("kubernetes:") && !type.endsWith("Patch");
    return isObject ? [object(resource)] : [];
}

/** A release of that name, or of one status. */
function helmRecords({ inputs }: StateResource, status?: string): Leftover {
    const [name, namespace] = [text(inputs, "name"), text(inputs, "namespace")];
    const selector = ["owner=helm", `name=${name}`, ...(status ? [status] : [])].join(",");
    return byKubectl(`helm's record of the release ${name}`, "secret", ["-n", namespace, "-l", selector]);
}

/** Only one that bears the labels that it was being given: another's of the same name stays. */
function object({ inputs }: StateResource): Leftover {
    const [group = ""] = text(inputs, "apiVersion").split("/").slice(0, -1);
    const kind = [text(inputs, "kind").toLowerCase(), ...(group ? [group] : [])].join(".");
    const metadata = (inputs?.metadata ?? {}) as Record<string, unknown>;
    const [name, namespace] = [text(metadata, "name"), text(metadata, "namespace")];
    const labels = Object.entries((metadata.labels ?? {}) as Record<string, unknown>)
        .filter(([, value]) => typeof value === "string")
        .map(([label, value]) => `${label}=${value}`);
    return byKubectl(`the ${text(inputs, "kind")} ${name}`, kind, [
        ...(namespace ? ["-n", namespace] : []),
        "--field-selector",
        `metadata.name=${name}`,
        ...(labels.length > 0 ? ["-l", labels.join(",")] : []),
    ]);
}

function byKubectl(title: string, kind: string, selection: string[]): Leftover {
    const namespace = selection[0] === "-n" ? ` in ${selection[1]}` : "";
    return {
        title: `${title}${namespace}`,
        find: ["get", kind, ...selection, "-o", "name"],
        // What it has made itself must be gone before another makes the same.
        remove: ["delete", kind, ...selection, "--cascade=foreground"],
    };
}

function isInServer({ type }: StateResource): boolean {
    return type === ROLE || type === DATABASE;
}

function titleInServer({ type, inputs }: StateResource): string {
    return `the ${type === ROLE ? "role" : "database"} ${text(inputs, "name")}`;
}

/** The release with whose end the resource ends. */
function serverOf({ deletedWith }: StateResource, resources: StateResource[]): StateResource | undefined {
    return resources.find(({ urn }) => urn === deletedWith);
}

/** In the server's pod, where the superuser's password is. */
function inServer(resource: StateResource, release: StateResource): Leftover {
    const name = text(resource.inputs, "name");
    const isRole = resource.type === ROLE;
    const namespace = text(release.inputs, "namespace");
    const pod = `${chartFullName(text(release.inputs, "name"))}-0`;
    const psql = `PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" exec psql -h 127.0.0.1 -U postgres -X -q -At -v ON_ERROR_STOP=1`;
    const command = ["exec", "-i", "-n", namespace, pod, "--", "sh", "-c", psql];
    const [catalog, column] = isRole ? ["pg_roles", "rolname"] : ["pg_database", "datname"];
    return {
        title: `${titleInServer(resource)} in ${namespace}/${pod}`,
        find: command,
        remove: command,
        input: {
            find: `SELECT ${column} FROM ${catalog} WHERE ${column} = ${literal(name)};\n`,
            remove: isRole ? `DROP ROLE ${identifier(name)};\n` : dropEmpty(name),
        },
    };
}

/** A database with tables isn't half made, whatever the state says. */
function dropEmpty(name: string): string {
    return [
        `\\connect ${identifier(name)}`,
        "DO $$ BEGIN",
        "IF EXISTS (SELECT FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')) THEN",
        "RAISE 'there are tables in this database: it stays'; END IF; END $$;",
        "\\connect postgres",
        `DROP DATABASE ${identifier(name)};\n`,
    ].join("\n");
}

/** What only one of can be there: by kind, server, namespace and name. */
function identity({ urn, type, inputs = {}, deletedWith = "" }: StateResource): string {
    const metadata = (inputs.metadata ?? inputs) as Record<string, unknown>;
    const name = text(metadata, "name");
    return name ? [type, deletedWith, text(metadata, "namespace"), name].join(" ") : urn;
}

function text(fields: Record<string, unknown> | undefined, field: string): string {
    const value = fields?.[field];
    return typeof value === "string" ? value : "";
}

function identifier(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
}

function literal(value: string): string {
    return `'${value.replaceAll("'", "''")}'`;
}
