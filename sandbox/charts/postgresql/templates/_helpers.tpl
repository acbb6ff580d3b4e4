{{/* The release's name, with the chart's behind it unless that is part of it already. */}}
{{- define "postgresql.fullname" -}}
{{- $name := contains "postgresql" .Release.Name | ternary .Release.Name (printf "%s-postgresql" .Release.Name) -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What selectors use: it never changes in a release's life. */}}
{{- define "postgresql.selector" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: postgresql
{{- end -}}

{{- define "postgresql.primarySelector" -}}
{{ include "postgresql.selector" . }}
app.kubernetes.io/component: primary
{{- end -}}

{{/* Labels of every object; `dict "context" $ "labels" …` adds more. */}}
{{- define "postgresql.labels" -}}
{{- $own := dict "app.kubernetes.io/managed-by" .context.Release.Service "app.kubernetes.io/version" .context.Chart.AppVersion "helm.sh/chart" (printf "%s-%s" .context.Chart.Name .context.Chart.Version) -}}
{{- $selector := include "postgresql.selector" .context | fromYaml -}}
{{- merge $selector $own (.labels | default dict) .context.Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "postgresql.primaryLabels" -}}
{{ include "postgresql.labels" . }}
app.kubernetes.io/component: primary
{{- end -}}

{{- define "postgresql.image" -}}
{{- $image := . -}}
{{- $name := empty $image.registry | ternary $image.repository (printf "%s/%s" $image.registry $image.repository) -}}
{{- if $image.digest -}}
{{ $name }}@{{ $image.digest }}
{{- else -}}
{{ $name }}:{{ required "an image needs a tag or a digest" $image.tag }}
{{- end -}}
{{- end -}}

{{- define "postgresql.serviceAccountName" -}}
{{- $made := .Values.serviceAccount.name | default (include "postgresql.fullname" .) -}}
{{- .Values.serviceAccount.create | ternary $made (.Values.serviceAccount.name | default "default") -}}
{{- end -}}

{{/* The smallest preset, unless the values say something. */}}
{{- define "postgresql.resources" -}}
{{- $requests := dict "cpu" "100m" "memory" "128Mi" "ephemeral-storage" "50Mi" -}}
{{- $limits := dict "cpu" "150m" "memory" "192Mi" "ephemeral-storage" "2Gi" -}}
{{- .Values.primary.resources | default (dict "requests" $requests "limits" $limits) | toYaml -}}
{{- end -}}

{{- define "postgresql.containerSecurity" -}}
runAsUser: 1001
runAsGroup: 1001
runAsNonRoot: true
privileged: false
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
    drop: [ALL]
seccompProfile:
    type: RuntimeDefault
{{- end -}}
