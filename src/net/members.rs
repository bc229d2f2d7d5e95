//! The facts as a JSON object: written for `facts`, and read back. A fact that was not looked up is
//! absent, one that is unknown is null.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Facts, Needs};

/// Each fact, which is also its name in the JSON, with the set that it belongs to. A fact that is not
/// in this list does not compile.
macro_rules! members {
    ($($member:ident: $set:ident),* $(,)?) => {
        impl Serialize for Facts {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let Self { known, $($member),* } = self;
                let mut map = serializer.serialize_map(None)?;
                $(if known.has(Needs::$set) {
                    map.serialize_entry(stringify!($member), $member)?;
                })*
                map.end()
            }
        }

        impl<'de> Visitor<'de> for Members {
            type Value = Facts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of facts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
                let mut facts = Facts::default();
                while let Some(name) = map.next_key::<String>()? {
                    match &*name {
                        $(stringify!($member) => {
                            facts.known = facts.known.and(Needs::$set);
                            facts.$member = map.next_value()?;
                        })*
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(facts)
            }
        }

        impl Facts {
            /// These facts, and of `older` those that were not looked up again.
            pub(crate) fn after(mut self, older: Self) -> Self {
                $(if !self.known.has(Needs::$set) && older.known.has(Needs::$set) {
                    self.$member = older.$member;
                })*
                let known = self.known.and(older.known);
                Self { known, ..self }
            }
        }

        impl Facts {
            /// The facts as if only `known` had been looked up.
            pub(crate) fn only(mut self, known: Needs) -> Self {
                $(if !known.has(Needs::$set) {
                    self.$member = None;
                })*
                Self { known, ..self }
            }
        }

        /// The set of each fact.
        #[cfg(test)]
        const SETS: &[Needs] = &[$(Needs::$set),*];
    };
}

/// Reads the object. Members that this version does not know are ignored.
struct Members;

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

members! {
    ipv4: ADDRESSES,
    ipv6: ADDRESSES,
    interfaces: INTERFACES,
    kernel_ipv4: KERNEL_FAMILIES,
    kernel_ipv6: KERNEL_FAMILIES,
    seccomp: SECCOMP,
    services: SERVICES,
    privileged: PRIVILEGE,
    root: PRIVILEGE,
    network: PRIVILEGE,
    ping: PING,
    descriptors: DESCRIPTORS,
    mptcp: MPTCP,
    system_root: SYSTEM_ROOT,
    sorting: SORTING,
    host_sources: SOURCES,
    service_sources: SOURCES,
    hosts: HOSTS,
    resolver: RESOLVER,
    providers: PROVIDERS,
    ports: PORTS,
    first_port: LOW_PORTS,
    low_ports: LOW_PORTS,
    settings: SETTINGS,
    capabilities: SETTINGS,
    resolved: SETTINGS,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use std::net::IpAddr;

    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::subsequence;
    use serde_json::{Value, json};

    use super::*;
    use crate::net::{
        Adapter, Descriptors, Domain, HostLine, Hosts, Interface, Network, Origin, OsError,
        PortState, PortUser, Provider, ResolvConf, Resolved, Resolver, Service, Services, Setting,
        Sorting, Source, SourceAddress, SourceInterface, Sources, Transport,
    };

    fn sources() -> impl Strategy<Value = Sources> {
        let source = any::<(String, String)>();
        let source = source.prop_map(|(name, actions)| Source { name, actions });
        (vec(source, 0..3), any::<bool>()).prop_map(|(list, alone)| Sources { list, alone })
    }

    fn services() -> impl Strategy<Value = Services> {
        let line = any::<(String, u32, String)>();
        let line = line.prop_map(|(name, port, protocol)| Service {
            name,
            port,
            protocol,
        });
        prop_oneof![
            Just(Services::Missing),
            Just(Services::Unreadable),
            vec(line, 0..3).prop_map(Services::Lines),
        ]
    }

    fn hosts() -> impl Strategy<Value = Hosts> {
        let line = any::<(usize, IpAddr, String)>();
        let line = line.prop_map(|(number, address, name)| HostLine {
            number,
            address,
            name,
        });
        prop_oneof![
            Just(Hosts::Missing),
            Just(Hosts::Unreadable),
            vec(line, 0..3).prop_map(Hosts::Lines),
        ]
    }

    fn interface() -> impl Strategy<Value = Interface> {
        let interface = any::<(String, u32, bool, bool, Vec<IpAddr>, Option<bool>)>();
        interface.prop_map(
            |(name, index, up, loopback, addresses, ipv6_off)| Interface {
                name,
                index,
                up,
                loopback,
                addresses,
                ipv6_off,
            },
        )
    }

    fn error() -> impl Strategy<Value = OsError> {
        let domain = prop_oneof![Just(Domain::Gai), Just(Domain::Errno), Just(Domain::Wsa)];
        let error = (domain, any::<(i32, String)>());
        let error = error.prop_map(|(domain, (code, message))| OsError {
            domain,
            code,
            message: message.into(),
            errno: None,
        });
        (error.clone(), option::of(error)).prop_map(|(error, errno)| OsError {
            errno: errno.map(Box::new),
            ..error
        })
    }

    fn origin() -> impl Strategy<Value = Origin> {
        let interface = any::<Option<(u32, String, bool)>>();
        let address = (any::<(IpAddr, u8, bool, bool)>(), interface);
        let address = address.prop_map(|((ip, prefix_length, deprecated, home), interface)| {
            let interface = interface.map(|(index, name, native)| SourceInterface {
                index,
                name,
                native,
            });
            Origin::Address(Box::new(SourceAddress {
                ip,
                interface,
                prefix_length,
                deprecated,
                home,
            }))
        });
        prop_oneof![
            Just(Origin::NoAddress),
            error().prop_map(Origin::Unreachable),
            address
        ]
    }

    fn sorting() -> impl Strategy<Value = Sorting> {
        (vec(origin(), 0..3), any::<Option<String>>())
            .prop_map(|(entries, gai_conf)| Sorting { entries, gai_conf })
    }

    fn resolver() -> impl Strategy<Value = Resolver> {
        let resolver = any::<(Vec<String>, Vec<String>, usize)>();
        let adapter = any::<(String, Vec<String>, String)>();
        let adapter = adapter.prop_map(|(name, servers, suffix)| Adapter {
            name,
            servers,
            suffix,
        });
        (resolver, vec(adapter, 0..3)).prop_map(|((servers, search, ndots), adapters)| Resolver {
            servers,
            search,
            ndots,
            adapters,
        })
    }

    fn providers() -> impl Strategy<Value = Vec<Provider>> {
        let provider = any::<(u32, [i32; 4], String)>();
        let provider = provider.prop_map(|(entry, numbers, name)| {
            let [family, socktype, protocol, more_protocols] = numbers;
            Provider {
                entry,
                family,
                socktype,
                protocol,
                more_protocols,
                name,
            }
        });
        vec(provider, 0..3)
    }

    fn ports() -> impl Strategy<Value = Vec<PortUser>> {
        let protocol = prop_oneof![Just(Transport::Tcp), Just(Transport::Udp)];
        let state = prop_oneof![
            Just(PortState::Bound),
            Just(PortState::Listening),
            Just(PortState::Connected),
            Just(PortState::TimeWait),
        ];
        let process = any::<(Option<u32>, Option<String>, bool)>();
        let user = (protocol, any::<(IpAddr, u16)>(), state, process);
        let user = user.prop_map(
            |(protocol, (ip, port), state, (pid, process, own))| PortUser {
                protocol,
                ip,
                port,
                state,
                pid,
                process,
                own,
            },
        );
        vec(user, 0..3)
    }

    fn network() -> impl Strategy<Value = Network> {
        prop_oneof![
            Just(Network::Own),
            Just(Network::Foreign),
            Just(Network::Unknown)
        ]
    }

    /// Any facts; those that were not looked up are `None`.
    fn facts() -> impl Strategy<Value = Facts> {
        let files = (
            option::of(services()),
            option::of(hosts()),
            option::of(sources()),
            option::of(sources()),
            option::of(resolver()),
            option::of(sorting()),
            option::of(providers()),
        );
        let descriptors = any::<Option<(u64, u64)>>();
        let machine = (
            option::of(vec(interface(), 0..3)),
            option::of(network()),
            descriptors,
            any::<Option<u32>>(),
            option::of(ports()),
            any::<Option<u16>>(),
        );
        let known = subsequence(SETS, 0..=SETS.len());
        (any::<[Option<bool>; 8]>(), files, machine, known).prop_map(
            |(flags, files, machine, known)| {
                let [
                    ipv4,
                    ipv6,
                    kernel_ipv4,
                    kernel_ipv6,
                    privileged,
                    root,
                    ping,
                    mptcp,
                ] = flags;
                let (services, hosts, host_sources, service_sources, resolver, sorting, providers) =
                    files;
                let (interfaces, network, descriptors, seccomp, ports, first_port) = machine;
                let all = Facts {
                    known: Needs::NONE,
                    ipv4,
                    ipv6,
                    interfaces,
                    kernel_ipv4,
                    kernel_ipv6,
                    seccomp,
                    services,
                    privileged,
                    root,
                    network,
                    ping,
                    descriptors: descriptors.map(|(limit, open)| Descriptors { limit, open }),
                    mptcp,
                    system_root: mptcp,
                    sorting,
                    host_sources,
                    service_sources,
                    hosts,
                    resolver,
                    providers,
                    ports,
                    first_port,
                    low_ports: root,
                    settings: privileged.map(|_| {
                        let [name, value] = ["a.b", "1\t2"].map(str::to_owned);
                        vec![Setting { name, value }]
                    }),
                    capabilities: first_port.map(u64::from),
                    resolved: root.map(|running| Resolved {
                        running,
                        resolv_conf: match ping {
                            None => ResolvConf::Missing,
                            Some(false) => ResolvConf::Foreign,
                            Some(true) => ResolvConf::Stub,
                        },
                    }),
                };
                all.only(known.into_iter().fold(Needs::NONE, Needs::and))
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn facts_are_read_as_they_were_written(facts in facts()) {
            let text = serde_json::to_string(&facts).unwrap();
            prop_assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
        }

        /// A later version may add facts, and members to each object.
        #[test]
        fn unknown_members_are_ignored(facts in facts()) {
            let mut value = serde_json::to_value(&facts).unwrap();
            extend(&mut value);
            prop_assert_eq!(serde_json::from_value::<Facts>(value).unwrap(), facts);
        }
    }

    /// Adds a member to each object, except to one whose only member says which kind of origin it is.
    fn extend(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(extend),
            Value::Object(members) => {
                members.values_mut().for_each(extend);
                let kinds = ["address", "unreachable"];
                if members.len() != 1 || !kinds.iter().any(|kind| members.contains_key(*kind)) {
                    members.insert("of_a_later_version".to_owned(), json!({"a": [1]}));
                }
            }
            _ => {}
        }
    }
}
