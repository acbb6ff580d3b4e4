import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { falcoRules, RULES_FILE, rulesFileNamesFault } from "../../../components/monitoring/falco-rules";
import { type Item, itemsOf, rulesFaults } from "./support/falco-checker";
import { type FalcoEvent, Rules } from "./support/falco-engine";

const PAGE = fs.readFileSync(path.join(__dirname, "../../../docs/components/parts/threat-detection.md"), "utf8");

const RULES = {
    protectedNamespaceNames: ["secure-app", "database"],
    apiClientNamespaceNames: [],
    expectedPorts: [53, 5432],
};

function items(apiClientNamespaceNames: string[] = []): Item[] {
    return itemsOf(falcoRules({ ...RULES, apiClientNamespaceNames }));
}

describe("Falco rules", () => {
    it("watch the protected namespaces", () => {
        const [list, macro] = items();
        assert.deepEqual(list, { list: "bulwark_namespaces", items: ["secure-app", "database"] });
        assert.deepEqual(macro, {
            macro: "bulwark_protected",
            condition: "(container and k8s.ns.name in (bulwark_namespaces))",
        });
    });

    it("tell the attacks apart, each in the protected namespaces only", () => {
        const rules = items().filter((item) => item.rule);
        assert.deepEqual(
            rules.map((item) => [item.rule, item.priority]),
            [
                ["Shell in protected container", "WARNING"],
                ["Program started by PostgreSQL", "CRITICAL"],
                ["Package manager in protected container", "ERROR"],
                ["Program from writable folder in protected container", "CRITICAL"],
                ["Write to system path in protected container", "ERROR"],
                ["Credentials read by another process", "CRITICAL"],
                ["Environment of a process read in protected container", "WARNING"],
                ["Outbound connection from protected container", "WARNING"],
                ["Connection to unexpected port from protected container", "WARNING"],
                ["Connection opened by PostgreSQL", "CRITICAL"],
            ],
        );
        for (const { rule: name, condition, output, tags } of rules) {
            assert.match(condition ?? "", /\bbulwark_protected\b/, name);
            assert.match(condition ?? "", /and not bulwark_expected_[a-z_]+\s*$/, `${name} can be tuned`);
            assert.match(output ?? "", /%(proc\.cmdline|fd\.name)/, name);
            assert.ok(tags?.includes("bulwark"), name);
        }
    });

    it("start each condition with an event, as Falco wants for its speed", () => {
        for (const { rule: name, condition } of items().filter((item) => item.rule)) {
            assert.match(condition ?? "", /^(spawned_process|open_read|outbound|bulwark_connection|evt\.type) /, name);
        }
    });

    it("are all in the component's page, with their priority", () => {
        for (const { rule: name, priority } of itemsOf(falcoRules(RULES)).filter((item) => item.rule)) {
            assert.ok(PAGE.includes(`| ${name} | ${priority} | `), name);
        }
    });

    it("load: Falco would find no fault with them", () => {
        assert.deepEqual(
            rulesFaults(falcoRules({ ...RULES, apiClientNamespaceNames: ["ingress-nginx"] }), "syscall"),
            [],
        );
    });

    it("exempt the pods that rightly talk to the API server from Falco's own rule, if there are any", () => {
        const replaced = (all: Item[]) => all.find(({ macro }) => macro?.startsWith("user_known_"));
        assert.equal(replaced(items()), undefined);
        assert.deepEqual(replaced(items(["ingress-nginx"])), {
            macro: "user_known_contact_k8s_api_server_activities",
            condition: '(k8s.ns.name in ("ingress-nginx"))',
            override: { condition: "replace" },
        });
    });
});

/** A process of the application that was not there from the beginning, as after an exec. */
const EXEC: FalcoEvent = {
    "container.id": "3ad7b26ded6d",
    "k8s.ns.name": "secure-app",
    "proc.vpid": "42",
    "proc.pvpid": "0",
    "proc.pname": "runc",
};
const APP = { ...EXEC, "proc.vpid": "1", "proc.name": "node" };
const SERVER = { ...APP, "k8s.ns.name": "database", "proc.name": "postgres", "proc.pvpid": "1" };
const started = (name: string, more: FalcoEvent = {}) => ({
    ...EXEC,
    "evt.type": "execve",
    "proc.name": name,
    ...more,
});
const opened = (file: string, way: "read" | "write") => ({
    ...EXEC,
    "evt.type": "openat",
    "fd.typechar": "f",
    "fd.directory": file.slice(0, file.lastIndexOf("/")) || "/",
    "fd.name": file,
    [`evt.is_open_${way}`]: "true",
});
const connected = (address: string, port: number, who = APP) => ({
    ...who,
    "evt.type": "connect",
    "fd.typechar": "4",
    "fd.l4proto": "tcp",
    "fd.ip": address,
    "fd.net": address,
    "fd.sport": String(port),
});

describe("Falco rules, applied to events,", () => {
    const rules = new Rules(falcoRules(RULES));
    const reported: [string, FalcoEvent, string[]][] = [
        ["a shell by an exec", started("sh"), ["Shell in protected container"]],
        [
            "a shell by PostgreSQL",
            started("sh", { "proc.pname": "postgres" }),
            ["Shell in protected container", "Program started by PostgreSQL"],
        ],
        [
            "another program by PostgreSQL",
            started("id", { "proc.pname": "postgres" }),
            ["Program started by PostgreSQL"],
        ],
        ["a package manager", started("apk"), ["Package manager in protected container"]],
        [
            "a program that was brought along",
            started("miner", { "proc.exepath": "/tmp/miner" }),
            ["Program from writable folder in protected container"],
        ],
        ["a write to /etc", opened("/etc/passwd", "write"), ["Write to system path in protected container"]],
        ["a write to /", opened("/x", "write"), ["Write to system path in protected container"]],
        [
            "a read of a binding by an exec",
            opened("/bindings/database/password", "read"),
            ["Credentials read by another process"],
        ],
        [
            "a read of the server's passwords by an exec",
            opened("/opt/bitnami/postgresql/secrets/postgres-password", "read"),
            ["Credentials read by another process"],
        ],
        [
            "a read of a process's environment",
            opened("/proc/1/environ", "read"),
            ["Environment of a process read in protected container"],
        ],
        [
            "a connection outside",
            connected("203.0.113.7", 443),
            ["Outbound connection from protected container", "Connection to unexpected port from protected container"],
        ],
        ["a scan inside", connected("10.96.0.1", 443), ["Connection to unexpected port from protected container"]],
        ["a connection by PostgreSQL", connected("10.244.0.9", 5432, SERVER), ["Connection opened by PostgreSQL"]],
    ];
    for (const [what, event, names] of reported) {
        it(`report ${what}, in protected namespaces alone`, () => {
            assert.deepEqual(rules.matching(event), names);
            assert.deepEqual(rules.matching({ ...event, "k8s.ns.name": "elsewhere" }), []);
            assert.deepEqual(rules.matching({ ...event, "container.id": "host" }), []);
        });
    }

    const silent: [string, FalcoEvent][] = [
        ["an entry point that is a shell", started("sh", { "proc.vpid": "1" })],
        ["an entry point that is a package manager", started("npm", { "proc.vpid": "1" })],
        ["the shells of a script", started("sh", { "proc.pname": "bash" })],
        ["a probe of the database", started("sh", { "proc.args": '-c exec pg_isready -U "postgres"' })],
        ["the backends of PostgreSQL", started("postgres", { "proc.pname": "postgres" })],
        [
            "the application that reads its credentials",
            { ...opened("/bindings/database/password", "read"), "proc.vpid": "1" },
        ],
        ["a job's script that reads them", { ...opened("/bindings/database/password", "read"), "proc.pvpid": "1" }],
        ["a backup's pg_dump", started("pg_dump", { "proc.pname": "sh", "proc.pvpid": "1" })],
        ["a write to /tmp", opened("/tmp/x", "write")],
        ["a read of /etc", opened("/etc/hosts", "read")],
        ["Python's caches", opened("/usr/lib/python3/__pycache__/x.pyc", "write")],
        [
            "the runtime that prepares a container",
            { ...opened("/etc/hosts", "write"), "proc.vpid": "1", "proc.name": "runc:[2:INIT]" },
        ],
        ["the way to the database", connected("10.244.0.9", 5432)],
        ["a question for a name", connected("10.96.0.10", 53)],
        ["a health check of the server's own", connected("127.0.0.1", 8080)],
    ];
    for (const [what, event] of silent) {
        it(`keep silent about ${what}`, () => {
            assert.deepEqual(rules.matching(event), []);
        });
    }

    it("report a shell that only looks like the database's probe", () => {
        const args = { "proc.args": "-c exec pg_isready -U x" };
        assert.deepEqual(rules.matching(started("sh", { ...args, "proc.pname": "node" })), [
            "Shell in protected container",
        ]);
    });

    it("are tuned by a file behind them", () => {
        const own = `- macro: bulwark_expected_shell
  condition: (proc.pname = entry)
  override: {condition: replace}
- list: bulwark_expected_ports
  items: [6379]
  override: {items: append}
`;
        assert.deepEqual(rulesFaults(`${falcoRules(RULES)}\n${own}`, "syscall"), []);
        const tuned = new Rules(falcoRules(RULES), own);
        assert.deepEqual(tuned.matching(started("sh", { "proc.pname": "entry" })), []);
        assert.deepEqual(tuned.matching(connected("10.244.0.9", 6379)), []);
        assert.deepEqual(tuned.matching(connected("10.244.0.9", 5432)), []);
    });
});

describe("names of rules files", () => {
    it("are those that Falco loads, and not Bulwark's own", () => {
        assert.equal(rulesFileNamesFault({ "my-rules.yaml": "", "x.yml": "" }), undefined);
        assert.equal(
            rulesFileNamesFault({ "rules.txt": "" }),
            'must name files that end in ".yaml" or ".yml", is "rules.txt"; Falco loads no others',
        );
        assert.equal(
            rulesFileNamesFault({ [RULES_FILE]: "" }),
            'must not replace Bulwark\'s own file "bulwark-rules.yaml"; write for example "my-rules.yaml"',
        );
    });
});
