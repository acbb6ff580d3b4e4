import { strict as assert } from "node:assert";
import { parse } from "yaml";
import { falcoRules, RULES_FILE, rulesFileNamesFault } from "../../../components/monitoring/falco-rules";

interface Item {
    rule?: string;
    macro?: string;
    list?: string;
    items?: string[];
    condition?: string;
    output?: string;
    priority?: string;
    tags?: string[];
    override?: Record<string, string>;
}

function items(apiClientNamespaceNames: string[] = []): Item[] {
    return parse(
        falcoRules({ protectedNamespaceNames: ["secure-app", "database"], apiClientNamespaceNames }),
    ) as Item[];
}

function rule(name: string): Item {
    return items().find((item) => item.rule === name) ?? assert.fail(`no rule "${name}"`);
}

/** Names from Falco's own rules 5.1.0 that ours build upon. */
const FROM_FALCO = [
    "container",
    "container_entrypoint",
    "never_true",
    "open_read",
    "outbound",
    "shell_binaries",
    "shell_procs",
    "spawned_process",
];

describe("Falco rules", () => {
    it("watch the protected namespaces", () => {
        const [list, macro] = items();
        assert.deepEqual(list, { list: "bulwark_namespaces", items: ["secure-app", "database"] });
        assert.deepEqual(macro, {
            macro: "bulwark_protected",
            condition: "(container and k8s.ns.name in (bulwark_namespaces))",
        });
    });

    it("tell five attacks apart, each in the protected namespaces only", () => {
        const rules = items().filter((item) => item.rule);
        assert.deepEqual(
            rules.map((item) => [item.rule, item.priority]),
            [
                ["Shell in protected container", "WARNING"],
                ["Program started by PostgreSQL", "CRITICAL"],
                ["Write to system path in protected container", "ERROR"],
                ["Credentials read by another process", "CRITICAL"],
                ["Outbound connection from protected container", "WARNING"],
            ],
        );
        for (const { rule: name, condition, output, tags } of rules) {
            assert.match(condition ?? "", /\bbulwark_protected\b/, name);
            assert.match(condition ?? "", /and not bulwark_expected_[a-z_]+\s*$/, `${name} can be tuned`);
            assert.match(output ?? "", /%proc\.cmdline/, name);
            assert.ok(tags?.includes("bulwark"), name);
        }
    });

    it("start each condition with an event, as Falco wants for its speed", () => {
        for (const { rule: name, condition } of items().filter((item) => item.rule)) {
            assert.match(condition ?? "", /^(spawned_process|open_read|outbound|evt\.type) /, name);
        }
    });

    it("use only names that they define or that Falco's own rules do, and define them first", () => {
        const known = new Set(FROM_FALCO);
        const words = /(?<![\w.%/"-])[a-z]+(?:_[a-z0-9]+)+(?![\w.])/g;
        for (const item of items()) {
            for (const [word] of (item.condition ?? "").matchAll(words)) {
                assert.ok(known.has(word) || word === "pg_isready", `${word} in ${item.rule ?? item.macro}`);
            }
            known.add(item.macro ?? item.list ?? "");
        }
    });

    it("report a shell, but not the entry point, its own shells, or the database's probes", () => {
        const { condition = "" } = rule("Shell in protected container");
        assert.ok(condition.includes("proc.vpid != 1"));
        assert.ok(condition.includes("not proc.pname in (shell_binaries)"));
        const probe = items().find(({ macro }) => macro === "bulwark_database_probe")?.condition ?? "";
        assert.ok(probe.includes('proc.args startswith "-c exec pg_isready "'));
        assert.ok(probe.includes("container_entrypoint"), "a program can't pass for a probe");
    });

    it("report writes that failed too, on a read-only root file system", () => {
        const { condition = "" } = rule("Write to system path in protected container");
        assert.ok(condition.includes("evt.is_open_write=true"));
        assert.ok(!condition.includes("open_write and"), "Falco's macro holds for writes that succeeded only");
    });

    it("take neither the container runtime nor Python's caches for a write", () => {
        const { condition = "" } = rule("Write to system path in protected container");
        assert.ok(condition.includes('and not (proc.vpid = 1 and proc.name startswith "runc:[")'));
        assert.ok(condition.includes('and not fd.name contains "/__pycache__/"'));
    });

    it("report whoever reads credentials and is neither the application nor its child", () => {
        const { condition = "" } = rule("Credentials read by another process");
        assert.ok(condition.includes("fd.name startswith /bindings/"));
        assert.ok(condition.includes("proc.vpid != 1 and not proc.pvpid = 1"));
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
