// The engine type-checks this package with the tsconfig.json of whoever uses it, or with none at all.
/// <reference lib="es2023" />
export { IngressController, type IngressControllerArgs, IngressServiceType } from "./application/ingress-controller";
export { ProtectedIngress, type ProtectedIngressArgs } from "./application/protected-ingress";
export {
    AdmissionGuardrails,
    type AdmissionGuardrailsArgs,
    GuardrailAction,
    GuardrailRule,
} from "./cluster/admission-guardrails";
export { AllowedFlow, type AllowedFlowArgs, FlowProtocol } from "./cluster/allowed-flow";
export { OperatorAccess, type OperatorAccessArgs } from "./cluster/operator-access";
export { PodSecurityLevel, SecureNamespace, type SecureNamespaceArgs } from "./cluster/secure-namespace";
export { HardenedWorkload, type HardenedWorkloadArgs } from "./container/hardened-workload";
export { DatabaseAccess, type DatabaseAccessArgs } from "./database/database-access";
export { DatabaseBackup, type DatabaseBackupArgs } from "./database/database-backup";
export { AuditClass, PostgresDatabase, type PostgresDatabaseArgs, TlsVersion } from "./database/postgres-database";
export { RetiredCredentials, type RetiredCredentialsArgs } from "./database/retired-credentials";
export { RoleSettings, type RoleSettingsArgs, StatementLogging } from "./database/role-settings";
export { RowLevelSecurity, type RowLevelSecurityArgs } from "./database/row-level-security";
export { SqlJob, type SqlJobArgs } from "./database/sql-job";
export { Alerts, type AlertsArgs } from "./monitoring/alerts";
export { AuditTrail, type AuditTrailArgs } from "./monitoring/audit-trail";
export { ContainerEngine } from "./monitoring/falco-values";
export { ThreatDetection, type ThreatDetectionArgs } from "./monitoring/threat-detection";
export {
    ScanReport,
    VulnerabilityScanning,
    type VulnerabilityScanningArgs,
} from "./monitoring/vulnerability-scanning";
export { SecureApplication, type SecureApplicationArgs } from "./secure-application";
