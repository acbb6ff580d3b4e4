/** How PostgreSQL divides the memory that is reserved for it. Pure; no Pulumi import. */

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** What a connection costs before it does anything, with room for what it does. */
const PER_CONNECTION = 5 * MIB;
const FEWEST_CONNECTIONS = 50;
const MOST_CONNECTIONS = 500;

/** PostgreSQL's settings, in kB but for the count. */
export interface ServerMemory {
    maxConnections: number;
    sharedBuffersKb: number;
    effectiveCacheSizeKb: number;
    maintenanceWorkMemKb: number;
    workMemKb: number;
}

/**
 * The division: a quarter is shared, three quarters may be taken for cache by the planner, and as many sorts as there
 * are connections fit into what isn't shared. The limit above the request is the reserve for those that need more.
 */
export function serverMemory(requestBytes: number, connections?: number): ServerMemory {
    const maxConnections = connections ?? defaultConnections(requestBytes);
    const kb = (bytes: number, least: number, most = Number.POSITIVE_INFINITY) =>
        Math.floor(Math.min(Math.max(bytes, least), most) / KIB);
    return {
        maxConnections,
        sharedBuffersKb: kb(requestBytes / 4, 16 * MIB),
        effectiveCacheSizeKb: kb((requestBytes * 3) / 4, 32 * MIB),
        // Each of three autovacuum workers may take this too.
        maintenanceWorkMemKb: kb(requestBytes / 16, 8 * MIB, 1024 * MIB),
        workMemKb: kb((requestBytes * 3) / 4 / maxConnections, MIB, 256 * MIB),
    };
}

/** As many connections as the memory bears, in tens. */
function defaultConnections(requestBytes: number): number {
    const tens = Math.floor(requestBytes / PER_CONNECTION / 10) * 10;
    return Math.min(Math.max(tens, FEWEST_CONNECTIONS), MOST_CONNECTIONS);
}
