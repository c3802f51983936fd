"""Calls that moto does not implement at all, as far as Terraform uses them."""

import inspect
import json
import uuid

from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.efs.responses import EFSResponse
from moto.elasticache.models import CacheCluster, ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

user_groups = {}


def create_user_group(self):
    group = {
        "UserGroupId": self._get_param("UserGroupId"),
        "Engine": self._get_param("Engine").lower(),
        "UserIds": self._get_param("UserIds"),
        "Status": "active",
        "Tags": self._get_param("Tags") or [],
        "ARN": f"arn:aws:elasticache:{self.region}:{self.current_account}:usergroup:{self._get_param('UserGroupId')}",
    }
    user_groups[group["UserGroupId"]] = group
    return ActionResult(group)


def describe_user_groups(self):
    wanted = self._get_param("UserGroupId")
    groups = [group for name, group in user_groups.items() if wanted in (None, name)]
    return ActionResult({"UserGroups": groups})


listed = ElastiCacheResponse.list_tags_for_resource


def list_tags_for_resource(self):
    if ":usergroup:" in self._get_param("ResourceName"):
        name = self._get_param("ResourceName").rsplit(":", 1)[1]
        return ActionResult({"TagList": user_groups[name]["Tags"]})
    return listed(self)


def delete_user_group(self):
    return ActionResult(user_groups.pop(self._get_param("UserGroupId")) | {"Status": "deleting"})


def delete_cache_subnet_group(self):
    self.elasticache_backend.cache_subnet_groups.pop(self._get_param("CacheSubnetGroupName"), None)
    return ActionResult({})


create_group, delete_group = ElastiCacheBackend.create_replication_group, ElastiCacheBackend.delete_replication_group


def create_replication_group(self, **given):
    """Create the members of the group as well, with the settings of the group."""
    group = create_group(self, **given)
    number = given["num_cache_clusters"] or len(group.member_clusters)
    group.member_clusters = [f"{group.replication_group_id}-{index + 1:03}" for index in range(number)]
    names = [name for name in inspect.signature(CacheCluster.__init__).parameters if name != "self"]
    for member in group.member_clusters:
        own = {"account_id": self.account_id, "region_name": self.region_name, "cache_cluster_id": member}
        cluster = CacheCluster(**{name: given.get(name) for name in names} | own)
        cluster.security_groups = [{"SecurityGroupId": name, "Status": "active"} for name in given["security_group_ids"]]
        cluster.at_rest_encryption_enabled = given["at_rest_encryption_enabled"]
        cluster.transit_encryption_mode = given["transit_encryption_mode"]
        self.cache_clusters[member] = cluster
    return group


def delete_replication_group(self, replication_group_id, **given):
    deleted = delete_group(self, replication_group_id, **given)
    for member in self.replication_groups.pop(replication_group_id).member_clusters:
        self.cache_clusters.pop(member, None)
    return deleted


selections = {}


def create_backup_selection(self):
    number, plan = str(uuid.uuid4()), self.path.split("/")[3]
    selections[number] = {"SelectionId": number, "BackupPlanId": plan} | json.loads(self.body)
    return get_backup_selection(self, number)


def get_backup_selection(self, number=None):
    return json.dumps(selections[number or self.path.rsplit("/", 1)[1]])


def delete_backup_selection(self):
    selections.pop(self.path.rsplit("/", 1)[1], None)
    return ""


def delete_file_system_policy(self):
    self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")].file_system_policy = None
    return "{}"


endpoints, rules = {}, {}


def create_client_vpn_endpoint(self):
    number = f"cvpn-endpoint-{len(endpoints):017x}"
    names = ("Description", "ServerCertificateArn", "ClientCidrBlock", "SplitTunnel", "VpcId", "SecurityGroupIds")
    given = {name: self._get_param(name) for name in names}
    log = self._get_param("ConnectionLogOptions") or {}
    options = self._get_param("AuthenticationOptions") or self._get_param("Authentication") or []
    endpoints[number] = given | {
        "ClientVpnEndpointId": number,
        "Status": {"Code": "available"},
        "VpnProtocol": "openvpn",
        "VpnPort": 443,
        "TransportProtocol": "udp",
        "SelfServicePortalUrl": None,
        "DnsName": f"*.{number}.prod.clientvpn.{self.region}.amazonaws.com",
        "SplitTunnel": str(given["SplitTunnel"]).lower() == "true",
        "SessionTimeoutHours": int(self._get_param("SessionTimeoutHours") or 24),
        "DisconnectOnSessionTimeout": False,
        "ConnectionLogOptions": log | {"Enabled": str(log.get("Enabled")).lower() == "true"},
        "ClientConnectOptions": {"Enabled": False, "Status": {"Code": "applied"}},
        "ClientLoginBannerOptions": {"Enabled": False},
        "ClientRouteEnforcementOptions": {"Enforced": False},
        "AuthenticationOptions": [
            {
                "Type": option["Type"],
                "MutualAuthentication": {
                    "ClientRootCertificateChain": option["MutualAuthentication"]["ClientRootCertificateChainArn"]
                },
            }
            for option in options
        ],
        "Tags": [tag for each in self._get_param("TagSpecifications") or [] for tag in each["Tags"]],
    }
    return ActionResult({"ClientVpnEndpointId": number, "Status": {"Code": "pending-associate"}})


def describe_client_vpn_endpoints(self):
    wanted = self._get_param("ClientVpnEndpointIds") or list(endpoints)
    return ActionResult({"ClientVpnEndpoints": [endpoints[name] for name in wanted if name in endpoints]})


def delete_client_vpn_endpoint(self):
    endpoints.pop(self._get_param("ClientVpnEndpointId"), None)
    return ActionResult({"Status": {"Code": "deleting"}})


def authorize_client_vpn_ingress(self):
    endpoint, network = self._get_param("ClientVpnEndpointId"), self._get_param("TargetNetworkCidr")
    rules[endpoint, network] = {
        "ClientVpnEndpointId": endpoint,
        "DestinationCidr": network,
        "AccessAll": str(self._get_param("AuthorizeAllGroups")).lower() == "true",
        "Status": {"Code": "active"},
    }
    return ActionResult({"Status": {"Code": "authorizing"}})


def describe_client_vpn_authorization_rules(self):
    endpoint = self._get_param("ClientVpnEndpointId")
    return ActionResult({"AuthorizationRules": [rule for (of, _), rule in rules.items() if of == endpoint]})


def revoke_client_vpn_ingress(self):
    rules.pop((self._get_param("ClientVpnEndpointId"), self._get_param("TargetNetworkCidr")), None)
    return ActionResult({"Status": {"Code": "revoking"}})


def install():
    for action in (create_backup_selection, get_backup_selection, delete_backup_selection):
        setattr(BackupResponse, action.__name__, action)
    ElastiCacheBackend.create_replication_group = create_replication_group
    ElastiCacheBackend.delete_replication_group = delete_replication_group
    EFSResponse.delete_file_system_policy = delete_file_system_policy
    for action in (
        create_user_group,
        describe_user_groups,
        delete_user_group,
        list_tags_for_resource,
        delete_cache_subnet_group,
    ):
        setattr(ElastiCacheResponse, action.__name__, action)
    for action in (
        create_client_vpn_endpoint,
        describe_client_vpn_endpoints,
        delete_client_vpn_endpoint,
        authorize_client_vpn_ingress,
        describe_client_vpn_authorization_rules,
        revoke_client_vpn_ingress,
    ):
        setattr(EC2Response, action.__name__, action)
