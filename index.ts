/**
 * The program behind `pulumi up`: reads the stack's settings, puts the five layers together, tells where things are.
 *
 * It is a function, so that the sandbox runs the very same program through the Automation API.
 */
import { SecureApplication } from "./components/index";
import { skipStackTraces } from "./components/skip-stack-traces";
import { readSettings } from "./settings";

export = async function program() {
    skipStackTraces();
    const application = new SecureApplication("bulwark", readSettings());
    const outputs = {
        url: application.url,
        namespace: application.namespaceName,
        deployment: application.deploymentName,
        service: application.serviceName,
        databaseNamespace: application.databaseNamespaceName,
        databaseHost: application.databaseHost,
        database: application.databaseName,
        credentialsSecret: application.credentialsSecretName,
        ownerSecret: application.ownerSecretName,
        namespaces: application.namespaceNames,
        ingressNamespace: application.ingressNamespaceName,
        operatorNamespace: application.operatorNamespaceName,
        operatorAccount: application.operatorAccountName,
        operatorKubeconfig: application.operatorKubeconfig,
        guardrailPolicies: application.guardrailPolicyNames,
        tenantColumn: application.tenantColumn,
        tenantSetting: application.tenantSetting,
        auditPolicy: application.auditPolicy,
        auditWebhookConfig: application.auditWebhookConfig,
    };
    // The SDK warns in every preview of each that the settings leave undefined.
    return Object.fromEntries(Object.entries(outputs).filter(([, output]) => output !== undefined));
};
