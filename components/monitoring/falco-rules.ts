/** Falco rules aimed at the protected namespaces, on top of Falco's own. Pure; no Pulumi import. */

/** Name of the rules file; Falco loads the files of its rules folder in the order of their names. */
export const RULES_FILE = "bulwark-rules.yaml";

/** What the rules are made from; every name is a checked DNS label, so that none can break out of the text. */
export interface RulesInput {
    protectedNamespaceNames: string[];
    /** Namespaces whose pods rightly talk to the API server, for Falco's own rule about that. */
    apiClientNamespaceNames: string[];
}

/**
 * The text of the rules file. The macros `bulwark_expected_…` never hold: a rules file of the user's own, sorted behind
 * this one, replaces them to name what is normal in an application.
 */
export function falcoRules(input: RulesInput): string {
    return [namespaces(input.protectedNamespaceNames), SHELL, POSTGRES, WRITE, CREDENTIALS, OUTBOUND]
        .concat(input.apiClientNamespaceNames.length > 0 ? [apiClients(input.apiClientNamespaceNames)] : [])
        .join("\n");
}

/** What is wrong with the names of further rules files, or undefined. */
export function rulesFileNamesFault(files: Record<string, string>): string | undefined {
    for (const fileName of Object.keys(files)) {
        if (!/^[a-z0-9][a-z0-9._-]*\.ya?ml$/.test(fileName)) {
            return `must name files that end in ".yaml" or ".yml", is ${JSON.stringify(fileName)}; Falco loads no others`;
        }
        if (fileName === RULES_FILE) {
            return `must not replace Bulwark's own file "${RULES_FILE}"; write for example "my-rules.yaml"`;
        }
    }
    return undefined;
}

function namespaces(names: string[]): string {
    return `- list: bulwark_namespaces
  items: [${names.map((name) => `"${name}"`).join(", ")}]

- macro: bulwark_protected
  condition: (container and k8s.ns.name in (bulwark_namespaces))
`;
}

/**
 * The first process of a container is its entry point, and a shell under a shell was reported with the first one. The
 * probes of the PostgreSQL chart are shells too, but become pg_isready at once.
 */
const SHELL = `- macro: bulwark_database_probe
  condition: >
    (container_entrypoint and proc.name = sh and
     (proc.args startswith "-c exec pg_isready " or proc.args startswith "-c -e exec pg_isready "))

- macro: bulwark_expected_shell
  condition: (never_true)

- rule: Shell in protected container
  desc: A shell was started in a protected namespace, by a program of the container or by an exec from outside.
  condition: >
    spawned_process and bulwark_protected and shell_procs
    and proc.vpid != 1
    and not proc.pname in (shell_binaries)
    and not bulwark_database_probe
    and not bulwark_expected_shell
  output: Shell started in a protected container | command=%proc.cmdline parent=%proc.pname user_uid=%user.uid terminal=%proc.tty
  priority: WARNING
  tags: [bulwark, container, shell, mitre_execution, T1059]
`;

const POSTGRES = `- macro: bulwark_expected_postgres_child
  condition: (never_true)

- rule: Program started by PostgreSQL
  desc: PostgreSQL started a program, as COPY ... FROM PROGRAM does; nothing in Bulwark's set-up ever does so.
  condition: >
    spawned_process and bulwark_protected
    and proc.pname = postgres and proc.name != postgres
    and not bulwark_expected_postgres_child
  output: PostgreSQL started a program | command=%proc.cmdline user_uid=%user.uid
  priority: CRITICAL
  tags: [bulwark, container, database, mitre_execution, T1059]
`;

/**
 * Attempts count: on a read-only root file system none of them succeeds. The runtime that prepares a container and the
 * caches that Python tries to write beside its modules are no attacks.
 */
const WRITE = `- macro: bulwark_system_path
  condition: >
    (fd.directory = / or fd.name startswith /etc/ or fd.name startswith /root/ or fd.name startswith /usr/
     or fd.name startswith /bin/ or fd.name startswith /sbin/ or fd.name startswith /lib)

- macro: bulwark_expected_write
  condition: (never_true)

- rule: Write to system path in protected container
  desc: A file below root, /etc, /root or a folder of programs was opened for writing, also where that failed.
  condition: >
    evt.type in (open,openat,openat2) and evt.is_open_write=true and fd.typechar='f'
    and bulwark_protected and bulwark_system_path
    and not (proc.vpid = 1 and proc.name startswith "runc:[")
    and not fd.name contains "/__pycache__/"
    and not bulwark_expected_write
  output: Write to a system path in a protected container | file=%fd.name result=%evt.res command=%proc.cmdline user_uid=%user.uid
  priority: ERROR
  tags: [bulwark, container, filesystem, mitre_persistence, T1543]
`;

/** The application is the entry point or a child of it; an exec from outside, or a child's child, is neither. */
const CREDENTIALS = `- macro: bulwark_expected_credentials_reader
  condition: (never_true)

- rule: Credentials read by another process
  desc: A file of a service binding was read by a process that is neither the entry point nor one of its children.
  condition: >
    open_read and bulwark_protected and fd.name startswith /bindings/
    and proc.vpid != 1 and not proc.pvpid = 1
    and not bulwark_expected_credentials_reader
  output: Credentials read by another process than the application | file=%fd.name command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: CRITICAL
  tags: [bulwark, container, filesystem, mitre_credential_access, T1552]
`;

const OUTBOUND = `- macro: bulwark_expected_outbound
  condition: (never_true)

- rule: Outbound connection from protected container
  desc: A container in a protected namespace tried to reach an address outside of the cluster's private ranges.
  condition: >
    outbound and bulwark_protected
    and not bulwark_expected_outbound
  output: Outbound connection from a protected container | connection=%fd.name command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: WARNING
  tags: [bulwark, container, network, mitre_command_and_control, T1071]
`;

function apiClients(names: string[]): string {
    return `- macro: user_known_contact_k8s_api_server_activities
  condition: (k8s.ns.name in (${names.map((name) => `"${name}"`).join(", ")}))
  override:
    condition: replace
`;
}
