/** Falco rules on programs that are started in the protected namespaces. Pure; no Pulumi import. */

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

const PACKAGE_MANAGER = `- macro: bulwark_expected_package_manager
  condition: (never_true)

- rule: Package manager in protected container
  desc: A package manager was started; an image is complete when it is built, and a running container stays as it is.
  condition: >
    spawned_process and bulwark_protected
    and proc.name in (package_mgmt_binaries)
    and proc.vpid != 1
    and not bulwark_expected_package_manager
  output: Package manager started in a protected container | command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: ERROR
  tags: [bulwark, container, process, mitre_persistence, T1072]
`;

/** On a read-only root file system, what was not in the image can only lie in a volume such as /tmp. */
const BROUGHT_PROGRAM = `- macro: bulwark_writable_path
  condition: >
    (proc.exepath startswith /tmp/ or proc.exepath startswith /var/tmp/
     or proc.exepath startswith /dev/shm/ or proc.exepath startswith /run/)

- macro: bulwark_expected_brought_program
  condition: (never_true)

- rule: Program from writable folder in protected container
  desc: A program was started that lies where the container may write, so it was brought there while the container ran.
  condition: >
    spawned_process and bulwark_protected and bulwark_writable_path
    and not bulwark_expected_brought_program
  output: Program started from a writable folder in a protected container | program=%proc.exepath command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: CRITICAL
  tags: [bulwark, container, process, mitre_execution, T1204]
`;

export const PROCESS_RULES = [SHELL, POSTGRES, PACKAGE_MANAGER, BROUGHT_PROGRAM];
