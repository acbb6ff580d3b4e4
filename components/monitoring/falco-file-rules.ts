/** Falco rules on files that are written and read in the protected namespaces. Pure; no Pulumi import. */

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

/**
 * The service bindings, the passwords and the key of the PostgreSQL chart, and the token that no pod here is given. The
 * application is the entry point or a child of it; an exec from outside, or a child's child, is neither.
 */
const CREDENTIALS = `- macro: bulwark_credentials_file
  condition: >
    (fd.name startswith /bindings/
     or fd.name startswith /opt/bitnami/postgresql/secrets/ or fd.name startswith /opt/bitnami/postgresql/certs/
     or fd.name startswith /run/secrets/kubernetes.io/ or fd.name startswith /var/run/secrets/kubernetes.io/)

- macro: bulwark_expected_credentials_reader
  condition: (never_true)

- rule: Credentials read by another process
  desc: A file with credentials was read by a process that is neither the entry point nor one of its children.
  condition: >
    open_read and bulwark_protected and bulwark_credentials_file
    and proc.vpid != 1 and not proc.pvpid = 1
    and not bulwark_expected_credentials_reader
  output: Credentials read by another process than the application | file=%fd.name command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: CRITICAL
  tags: [bulwark, container, filesystem, mitre_credential_access, T1552]
`;

/** Where credentials were given as environment variables, they lie there for every process of the same user. */
const ENVIRONMENT = `- macro: bulwark_expected_environment_reader
  condition: (never_true)

- rule: Environment of a process read in protected container
  desc: The environment variables of a process were read from /proc, where credentials may be among them.
  condition: >
    open_read and bulwark_protected and fd.name glob "/proc/*/environ"
    and proc.vpid != 1
    and not bulwark_expected_environment_reader
  output: Environment of a process read in a protected container | file=%fd.name command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: WARNING
  tags: [bulwark, container, filesystem, mitre_credential_access, T1552]
`;

export const FILE_RULES = [WRITE, CREDENTIALS, ENVIRONMENT];
