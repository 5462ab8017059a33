//! The objects as text: `%k` is an object's number, `%n` its namespace's, `%pod` a pod.

/// How many of 934 objects are of each kind: the kinds of 500 files from public repositories.
pub(super) const KINDS: &[(usize, &str)] = &[
    (201, SERVICE),
    (181, DEPLOYMENT),
    (74, CONFIG_MAP),
    (63, SERVICE_ACCOUNT),
    (45, BARE_POD),
    (44, CLUSTER_ROLE),
    (38, CLUSTER_ROLE_BINDING),
    (32, NAMESPACE),
    (27, NETWORK_POLICY),
    (24, ROLE_BINDING),
    (22, ROLE),
    (26, VIRTUAL_SERVICE),
    (25, JOB),
    (25, ROLLOUT),
    (18, STATEFUL_SET),
    (17, INGRESS),
    (17, AUTOSCALER),
    (15, DAEMON_SET),
    (12, AUTHORIZATION_POLICY),
    (10, SECRET),
    (10, CRON_JOB),
    (8, DISRUPTION_BUDGET),
];

pub(super) const POD: &str = "\
metadata:
  labels: {app: app-%k, tier: web, team: team-%n}
  annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '8080'}
spec:
  serviceAccountName: app-%k
  terminationGracePeriodSeconds: 45
  volumes:
    - {name: settings, configMap: {name: app-%k}}
    - {name: scratch, emptyDir: {}}
  containers:
%containers";

pub(super) const CONTAINER: &str = "\
    - name: %c
      image: registry.example.com/shop/app-%k:1.4.2
      imagePullPolicy: IfNotPresent
      args: [--listen=:8080, --log-level=info, --settings=/etc/app/settings.yaml]
      ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]
      env:
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: DATABASE_HOST, value: database.shop-%n.svc}
        - {name: DATABASE_PASSWORD, valueFrom: {secretKeyRef: {name: app-%k, key: password}}}
      volumeMounts:
        - {name: settings, mountPath: /etc/app, readOnly: true}
        - {name: scratch, mountPath: /tmp}
%limits%probes%security";

pub(super) const LIMITS: &str = "      \
      resources:
        requests: {cpu: 100m, memory: 128Mi, ephemeral-storage: 1Gi}
        limits: {cpu: 500m, memory: 256Mi, ephemeral-storage: 2Gi}
";

pub(super) const PROBES: &str = "      \
      livenessProbe: {httpGet: {path: /live, port: http}, periodSeconds: 10, failureThreshold: 6}
      readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 5}
";

pub(super) const SECURITY: &str = "      \
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        runAsNonRoot: true
        capabilities: {drop: [ALL]}
        seccompProfile: {type: RuntimeDefault}
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%k
  namespace: shop-%n
  labels: {app.kubernetes.io/name: app-%k, app.kubernetes.io/part-of: shop, team: team-%n}
spec:
  replicas: 3
  revisionHistoryLimit: 5
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
  selector:
    matchLabels: {app: app-%k}
  template:
    %pod
";

const STATEFUL_SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store-%k, namespace: shop-%n}
spec:
  serviceName: app-%k
  replicas: 3
  selector:
    matchLabels: {app: app-%k}
  template:
    %pod
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
";

const DAEMON_SET: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent-%k, namespace: shop-%n}
spec:
  selector:
    matchLabels: {app: app-%k}
  template:
    %pod
";

const ROLLOUT: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: canary-%k, namespace: shop-%n}
spec:
  replicas: 5
  strategy: {canary: {steps: [{setWeight: 20}, {pause: {duration: 10m}}]}}
  selector:
    matchLabels: {app: app-%k}
  template:
    %pod
";

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: once-%k, namespace: shop-%n}
spec:
  backoffLimit: 2
  template:
    %pod
";

const CRON_JOB: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly-%k, namespace: shop-%n}
spec:
  schedule: '15 3 * * *'
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        %pod
";

const BARE_POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: lone-%k, namespace: shop-%n, labels: {app: lone-%k}}
spec:
  hostNetwork: true
  containers:
    - {name: main, image: 'busybox:latest', command: [sleep, '3600'], securityContext: {privileged: true}}
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: app-%k
  namespace: shop-%n
  labels: {app.kubernetes.io/name: app-%k}
spec:
  type: ClusterIP
  selector: {app: app-%k}
  ports:
    - {name: http, port: 80, targetPort: http}
    - {name: metrics, port: 9090, targetPort: metrics}
";

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: app-%k
  namespace: shop-%n
  annotations: {nginx.ingress.kubernetes.io/limit-rps: '20'}
spec:
  ingressClassName: nginx
  tls: [{hosts: [app-%k.example.com], secretName: app-%k}]
  rules:
    - host: app-%k.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: app-%k, port: {number: 80}}}}
";

const VIRTUAL_SERVICE: &str = "\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: app-%k, namespace: shop-%n}
spec:
  hosts: [app-%k.example.com]
  http:
    - route:
        - {destination: {host: app-%k, subset: stable}, weight: 90}
        - {destination: {host: app-%k, subset: canary}, weight: 10}
";

const AUTOSCALER: &str = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: app-%k, namespace: shop-%n}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app-%k}
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
";

const DISRUPTION_BUDGET: &str = "\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: app-%k, namespace: shop-%n}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: app-%k}}
";

const NETWORK_POLICY: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: app-%k, namespace: shop-%n}
spec:
  podSelector: {matchLabels: {app: app-%k}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {tier: web}}}]
      ports: [{protocol: TCP, port: 8080}]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      ports: [{protocol: UDP, port: 53}]
";

const AUTHORIZATION_POLICY: &str = "\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: app-%k, namespace: shop-%n}
spec:
  selector: {matchLabels: {app: app-%k}}
  action: ALLOW
  rules: [{from: [{source: {principals: [cluster.local/ns/shop-%n/sa/app-%k]}}]}]
";

const NAMESPACE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop-%k
  labels: {environment: production, pod-security.kubernetes.io/enforce: baseline}
";

const SERVICE_ACCOUNT: &str = "\
apiVersion: v1
kind: ServiceAccount
metadata: {name: app-%k, namespace: shop-%n}
automountServiceAccountToken: false
";

const ROLE: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: app-%k, namespace: shop-%n}
rules:
  - {apiGroups: [''], resources: [configmaps, services], verbs: [get, list, watch]}
  - {apiGroups: [apps], resources: [deployments], resourceNames: [app-%k], verbs: [get, patch]}
";

const ROLE_BINDING: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: app-%k, namespace: shop-%n}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: app-%k}
subjects: [{kind: ServiceAccount, name: app-%k, namespace: shop-%n}]
";

const CLUSTER_ROLE: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader-%k}
rules:
  - {apiGroups: ['', apps, batch], resources: ['*'], verbs: [get, list, watch]}
  - {apiGroups: [''], resources: [pods/exec], verbs: [create]}
";

const CLUSTER_ROLE_BINDING: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader-%k}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader-%k}
subjects: [{kind: ServiceAccount, name: app-%k, namespace: shop-%n}]
";

const CONFIG_MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: app-%k, namespace: shop-%n, labels: {app: app-%k}}
data:
  settings.yaml: |
    listen: 0.0.0.0:8080
    database: {host: database.shop-%n.svc, port: 5432, pool: 20}
    features: {checkout: true, search: true, seat-map: false}
    log: {level: info, format: json}
  motd: Welcome to shop %k
";

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: app-%k, namespace: shop-%n}
type: Opaque
data: {password: aHVudGVyMg==}
";
