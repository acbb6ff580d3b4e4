/**
 * A sample application: one page that shows what the database lets it do. It takes its credentials from a Service
 * Binding folder, connects with verify-full, and needs nothing but a read-only file system.
 */
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { Pool } from "pg";

const PORT = Number(process.env.PORT ?? 8000);
const BINDING = path.join(process.env.SERVICE_BINDING_ROOT ?? "/bindings", "database");

function entry(name: string): string {
    return fs.readFileSync(path.join(BINDING, name), "utf8");
}

const pool = new Pool({
    host: entry("host"),
    port: Number(entry("port")),
    database: entry("database"),
    user: entry("username"),
    password: entry("password"),
    // The authority of this one server: the certificate must be signed by it and hold the host's name.
    ssl: { ca: entry("ca.crt"), rejectUnauthorized: true },
    max: 4,
    connectionTimeoutMillis: 5_000,
});
pool.on("error", (error) => console.error(`database: ${error.message}`));

/** What the page shows. */
async function session(): Promise<Record<string, string>> {
    const { rows } = await pool.query(
        `SELECT current_user AS role, current_database() AS database, s.version AS tls,
                current_setting('statement_timeout') AS statement_timeout,
                current_setting('idle_in_transaction_session_timeout') AS idle_timeout
         FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()`,
    );
    return rows[0] as Record<string, string>;
}

function page(rows: Record<string, string>): string {
    const cells = Object.entries(rows).map(
        ([key, value]) => `<tr><th>${escapeHtml(key)}</th><td>${escapeHtml(value)}</td></tr>`,
    );
    return `<!doctype html><html lang="en"><title>Bulwark's sample application</title><table>${cells.join("")}</table></html>\n`;
}

function escapeHtml(text: string): string {
    return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const server = http.createServer((request, response) => {
    if (request.url === "/healthz") {
        response.end("ok\n");
        return;
    }
    if (request.method !== "GET" || request.url !== "/") {
        response.writeHead(404).end("not found\n");
        return;
    }
    session().then(
        (rows) => response.setHeader("Content-Type", "text/html; charset=utf-8").end(page(rows)),
        (error: Error) => {
            console.error(`database: ${error.message}`);
            response.writeHead(503).end("the database can't be reached\n");
        },
    );
});
server.listen(PORT);

// Kubernetes sends SIGTERM when the pod is out of its Service: what has begun is finished.
process.once("SIGTERM", () => {
    server.close(() => void pool.end().then(() => process.exit(0)));
    server.closeIdleConnections();
});
