//! Every constant: its name, and its numbers on Linux, macOS, FreeBSD and Windows. What it means is in
//! `assets/words`.
//!
//! `-` means that the system's headers lack the name; a negative number is in parentheses.
//!
//! - Linux: the headers of glibc and the kernel. The socket types and errno values are those of
//!   x86, Arm, RISC-V, s390x and LoongArch; some differ on MIPS, SPARC and PowerPC. musl has the same
//!   numbers, but lacks the `AI_IDN` flags and the codes of `getaddrinfo_a`.
//! - macOS: the headers of the SDK, Libinfo's `netdb.h` and XNU's `socket.h`. FreeBSD: version 14.
//!   About eighty obsolete protocols in their headers are left out.
//! - Windows: `winsock2.h`, `ws2tcpip.h`, `ws2def.h`, `ws2bth.h`, `hvsocket.h` and `wsrm.h`. It has
//!   no errno, and its `EAI_` names are macros for `WSA` codes. Which flags only GetAddrInfoEx uses is in
//!   Microsoft's pages of getaddrinfo and GetAddrInfoEx: `ADDRINFOEX` has what they need, or they are for
//!   the namespace NS_EMAIL, which only GetAddrInfoEx can ask.

use super::table::{Constant, Group, Place};

/// A number of a row.
macro_rules! number {
    (-) => {
        None
    };
    ($number:tt) => {
        Some($number)
    };
}

/// Makes [`GROUPS`] from the rows below.
macro_rules! groups {
    ($($prefix:literal $place:ident {
        $($name:ident $linux:tt $macos:tt $freebsd:tt $windows:tt)*
    })*) => {
        /// Every constant.
        pub(super) const GROUPS: &[Group] = &[$(Group {
            prefix: $prefix,
            place: Place::$place,
            names: concat!($(stringify!($name)),*),
            constants: &[$(Constant {
                name: stringify!($name).len(),
                values: [number!($linux), number!($macos), number!($freebsd), number!($windows)],
            }),*],
        }),*];
    };
}

groups! {
    "AF_" First {
        AF_UNSPEC      0  0  0  0
        AF_INET        2  2  2  2
        AF_INET6      10 30 28 23
        AF_UNIX        1  1  1  1
    }
    "AF_" Row {
        AF_AX25        3  -  -  -
        AF_IPX         4 23 23  6
        AF_APPLETALK   5 16 16 16
        AF_NETROM      6  -  -  -
        AF_BRIDGE      7  -  -  -
        AF_ATMPVC      8  -  -  -
        AF_X25         9  -  -  -
        AF_ROSE       11  -  -  -
        AF_DECnet     12 12 12 12
        AF_NETBEUI    13  -  -  -
        AF_SECURITY   14  -  -  -
        AF_KEY        15  -  -  -
        AF_NETLINK    16  - 38  -
        AF_ROUTE      16 17 17  -
        AF_PACKET     17  -  -  -
        AF_ASH        18  -  -  -
        AF_ECONET     19  -  -  -
        AF_ATMSVC     20  -  -  -
        AF_RDS        21  -  -  -
        AF_SNA        22 11 11 11
        AF_IRDA       23  -  - 26
        AF_PPPOX      24  -  -  -
        AF_WANPIPE    25  -  -  -
        AF_LLC        26  -  -  -
        AF_IB         27  -  -  -
        AF_MPLS       28  -  -  -
        AF_CAN        29  -  -  -
        AF_TIPC       30  -  -  -
        AF_BLUETOOTH  31  - 36  -
        AF_IUCV       32  -  -  -
        AF_RXRPC      33  -  -  -
        AF_ISDN       34 28 26  -
        AF_PHONET     35  -  -  -
        AF_IEEE802154 36  -  -  -
        AF_CAIF       37  -  -  -
        AF_ALG        38  -  -  -
        AF_NFC        39  -  -  -
        AF_VSOCK      40 40  -  -
        AF_KCM        41  -  -  -
        AF_QIPCRTR    42  -  -  -
        AF_SMC        43  -  -  -
        AF_XDP        44  -  -  -
        AF_MCTP       45  -  -  -
        AF_IMPLINK     -  3  3  3
        AF_PUP         -  4  4  4
        AF_CHAOS       -  5  5  5
        AF_NS          -  6  -  6
        AF_ISO         -  7  7  7
        AF_ECMA        -  8  8  8
        AF_DATAKIT     -  9  9  9
        AF_CCITT       - 10 10 10
        AF_DLI         - 13 13 13
        AF_LAT         - 14 14 14
        AF_HYLINK      - 15 15 15
        AF_LINK        - 18 18 33
        AF_COIP        - 20 20  -
        AF_CNT         - 21 21  -
        AF_SIP         - 24 24  -
        AF_NDRV        - 27  -  -
        AF_NATM        - 31 29  -
        AF_SYSTEM      - 32  -  -
        AF_NETBIOS     - 33  6 17
        AF_PPP         - 34  -  -
        AF_IEEE80211   - 37 37  -
        AF_UTUN        - 38  -  -
        AF_MULTIPATH   - 39  -  -
        AF_ATM         -  - 30 22
        AF_NETGRAPH    -  - 32  -
        AF_SLOW        -  - 33  -
        AF_SCLUSTER    -  - 34  -
        AF_ARP         -  - 35  -
        AF_INET_SDP    -  - 40  -
        AF_INET6_SDP   -  - 42  -
        AF_HYPERV      -  - 43 34
        AF_DIVERT      -  - 44  -
        AF_VOICEVIEW   -  -  - 18
        AF_FIREFOX     -  -  - 19
        AF_UNKNOWN1    -  -  - 20
        AF_BAN         -  -  - 21
        AF_CLUSTER     -  -  - 24
        AF_12844       -  -  - 25
        AF_NETDES      -  -  - 28
        AF_TCNPROCESS  -  -  - 29
        AF_TCNMESSAGE  -  -  - 30
        AF_ICLFXBM     -  -  - 31
        AF_BTH         -  -  - 32
    }
    "AF_" Alias {
        AF_FILE        1  -  -  -
        AF_LOCAL       1  1  1  -
        AF_MAX        46  -  - 35
        AF_OSI         -  7  7  7
        AF_E164        - 28 26  -
    }
    "SOCK_" Row {
        SOCK_STREAM          1 1           1 1
        SOCK_DGRAM           2 2           2 2
        SOCK_RAW             3 3           3 3
        SOCK_RDM             4 4           4 4
        SOCK_SEQPACKET       5 5           5 5
        SOCK_DCCP            6 -           - -
        SOCK_PACKET         10 -           - -
    }
    "SOCK_" Alias {
        SOCK_NONBLOCK    0x800 - 0x2000_0000 -
        SOCK_CLOEXEC   0x80000 - 0x1000_0000 -
    }
    "IPPROTO_" First {
        IPPROTO_IP                      0   0   0   0
        IPPROTO_TCP                     6   6   6   6
        IPPROTO_UDP                    17  17  17  17
        IPPROTO_ICMP                    1   1   1   1
        IPPROTO_ICMPV6                 58  58  58  58
    }
    "IPPROTO_" Row {
        IPPROTO_IGMP                    2   2   2   2
        IPPROTO_IPIP                    4   4   4   -
        IPPROTO_EGP                     8   8   8   8
        IPPROTO_PUP                    12  12  12  12
        IPPROTO_IDP                    22  22  22  22
        IPPROTO_TP                     29  29  29   -
        IPPROTO_DCCP                   33   -  33   -
        IPPROTO_IPV6                   41  41  41  41
        IPPROTO_ROUTING                43  43  43  43
        IPPROTO_FRAGMENT               44  44  44  44
        IPPROTO_RSVP                   46  46  46   -
        IPPROTO_GRE                    47  47  47   -
        IPPROTO_ESP                    50  50  50  50
        IPPROTO_AH                     51  51  51  51
        IPPROTO_NONE                   59  59  59  59
        IPPROTO_DSTOPTS                60  60  60  60
        IPPROTO_MTP                    92  92  92   -
        IPPROTO_BEETPH                 94   -   -   -
        IPPROTO_ENCAP                  98  98  98   -
        IPPROTO_PIM                   103 103 103 103
        IPPROTO_COMP                  108   -   -   -
        IPPROTO_SCTP                  132 132 132 132
        IPPROTO_MH                    135   - 135   -
        IPPROTO_UDPLITE               136   - 136   -
        IPPROTO_MPLS                  137   - 137   -
        IPPROTO_ETHERNET              143   -   -   -
        IPPROTO_RAW                   255 255 255 255
        IPPROTO_MPTCP                 262   -   -   -
        IPPROTO_GGP                     -   3   3   3
        IPPROTO_ST                      -   7   7   5
        IPPROTO_RDP                     -  27  27  27
        IPPROTO_ND                      -  77  77  77
        IPPROTO_IGP                     -  85  85   9
        IPPROTO_OSPFIGP                 -  89  89   -
        IPPROTO_ETHERIP                 -  97  97   -
        IPPROTO_IPCOMP                  - 108 108   -
        IPPROTO_PGM                     - 113 113 113
        IPPROTO_DIVERT                  - 254 258   -
        IPPROTO_CARP                    -   - 112   -
        IPPROTO_PFSYNC                  -   - 240   -
        IPPROTO_IPV4                    -   -   -   4
        IPPROTO_CBT                     -   -   -   7
        IPPROTO_ICLFXBM                 -   -   -  78
        IPPROTO_L2TP                    -   -   - 115
        IPPROTO_RESERVED_RAW            -   -   - 257
        IPPROTO_RESERVED_IPSEC          -   -   - 258
        IPPROTO_RESERVED_IPSECOFFLOAD   -   -   - 259
        IPPROTO_RESERVED_WNV            -   -   - 260
    }
    "IPPROTO_" Alias {
        IPPROTO_HOPOPTS                 0   0   0   0
        NETLINK_ROUTE                   0   -   -   -
        BTHPROTO_L2CAP                  -   -   - 256
        IPPROTO_MAX                   263 256 256 256
        SYSPROTO_EVENT                  -   1   -   -
        SYSPROTO_CONTROL                -   2   -   -
        HV_PROTOCOL_RAW                 -   -   -   1
        BTHPROTO_RFCOMM                 -   -   -   3
        IPPROTO_RM                      -   -   - 113
        IPPROTO_RESERVED_MAX            -   -   - 261
    }
    "AI_" First {
        AI_PASSIVE                    0x1         0x1   0x1            0x1
        AI_CANONNAME                  0x2         0x2   0x2            0x2
        AI_NUMERICHOST                0x4         0x4   0x4            0x4
        AI_NUMERICSERV              0x400      0x1000   0x8            0x8
        AI_ADDRCONFIG                0x20       0x400 0x400          0x400
        AI_V4MAPPED                   0x8       0x800 0x800          0x800
        AI_ALL                       0x10       0x100 0x100          0x100
    }
    "AI_" Row {
        AI_IDN                       0x40           -     -              -
        AI_CANONIDN                  0x80           -     -              -
        AI_IDN_ALLOW_UNASSIGNED     0x100           -     -              -
        AI_IDN_USE_STD3_ASCII_RULES 0x200           -     -              -
        AI_V4MAPPED_CFG                 -       0x200 0x200              -
        AI_UNUSABLE                     - 0x1000_0000     -              -
        AI_FQDN                         -           -     -       0x2_0000
        AI_FILESERVER                   -           -     -       0x4_0000
        AI_DISABLE_IDN_ENCODING         -           -     -       0x8_0000
    }
    "AI_" Extended {
        AI_DNS_ONLY                 - - -           0x10
        AI_FORCE_CLEAR_TEXT         - - -           0x20
        AI_BYPASS_DNS_CACHE         - - -           0x40
        AI_RETURN_TTL               - - -           0x80
        AI_NON_AUTHORITATIVE        - - -         0x4000
        AI_SECURE                   - - -         0x8000
        AI_RETURN_PREFERRED_NAMES   - - -       0x1_0000
        AI_SECURE_WITH_FALLBACK     - - -      0x10_0000
        AI_EXCLUSIVE_CUSTOM_SERVERS - - -      0x20_0000
        AI_RETURN_RESPONSE_FLAGS    - - -    0x1000_0000
        AI_REQUIRE_SECURE           - - -    0x2000_0000
        AI_RESOLUTION_HANDLE        - - -    0x4000_0000
        AI_EXTENDED                 - - - (-0x8000_0000)
    }
    "AI_" Alias {
        AI_DEFAULT                      -       0x600     -              -
        AI_MASK                         -      0x1407     -              -
    }
    "EAI_" Row {
        EAI_BADFLAGS       (-1)  3  3 10022
        EAI_NONAME         (-2)  8  8 11001
        EAI_AGAIN          (-3)  2  2 11002
        EAI_FAIL           (-4)  4  4 11003
        EAI_NODATA         (-5)  7  7 11004
        EAI_FAMILY         (-6)  5  5 10047
        EAI_SOCKTYPE       (-7) 10 10 10044
        EAI_SERVICE        (-8)  9  9 10109
        EAI_ADDRFAMILY     (-9)  1  1     -
        EAI_MEMORY        (-10)  6  6     8
        EAI_SYSTEM        (-11) 11 11     -
        EAI_OVERFLOW      (-12) 14 14     -
        EAI_INPROGRESS   (-100)  -  -     -
        EAI_CANCELED     (-101)  -  -     -
        EAI_NOTCANCELED  (-102)  -  -     -
        EAI_ALLDONE      (-103)  -  -     -
        EAI_INTR         (-104)  -  -     -
        EAI_IDN_ENCODE   (-105)  -  -     -
        EAI_BADHINTS          - 12 12     -
        EAI_PROTOCOL          - 13 13     -
        EAI_NOSECURENAME      -  -  - 11032
        EAI_IPSECPOLICY       -  -  - 11033
    }
    "EAI_" Alias {
        EAI_MAX               - 15 15     -
    }
    "E" Row {
        EPERM             1   1  1 -
        ENOENT            2   2  2 -
        ESRCH             3   3  3 -
        EINTR             4   4  4 -
        EIO               5   5  5 -
        ENXIO             6   6  6 -
        E2BIG             7   7  7 -
        ENOEXEC           8   8  8 -
        EBADF             9   9  9 -
        ECHILD           10  10 10 -
        EAGAIN           11  35 35 -
        EWOULDBLOCK      11  35 35 -
        ENOMEM           12  12 12 -
        EACCES           13  13 13 -
        EFAULT           14  14 14 -
        ENOTBLK          15  15 15 -
        EBUSY            16  16 16 -
        EEXIST           17  17 17 -
        EXDEV            18  18 18 -
        ENODEV           19  19 19 -
        ENOTDIR          20  20 20 -
        EISDIR           21  21 21 -
        EINVAL           22  22 22 -
        ENFILE           23  23 23 -
        EMFILE           24  24 24 -
        ENOTTY           25  25 25 -
        ETXTBSY          26  26 26 -
        EFBIG            27  27 27 -
        ENOSPC           28  28 28 -
        ESPIPE           29  29 29 -
        EROFS            30  30 30 -
        EMLINK           31  31 31 -
        EPIPE            32  32 32 -
        EDOM             33  33 33 -
        ERANGE           34  34 34 -
        EDEADLK          35  11 11 -
        EDEADLOCK        35   -  - -
        ENAMETOOLONG     36  63 63 -
        ENOLCK           37  77 77 -
        ENOSYS           38  78 78 -
        ENOTEMPTY        39  66 66 -
        ELOOP            40  62 62 -
        ENOMSG           42  91 83 -
        EIDRM            43  90 82 -
        ECHRNG           44   -  - -
        EL2NSYNC         45   -  - -
        EL3HLT           46   -  - -
        EL3RST           47   -  - -
        ELNRNG           48   -  - -
        EUNATCH          49   -  - -
        ENOCSI           50   -  - -
        EL2HLT           51   -  - -
        EBADE            52   -  - -
        EBADR            53   -  - -
        EXFULL           54   -  - -
        ENOANO           55   -  - -
        EBADRQC          56   -  - -
        EBADSLT          57   -  - -
        EBFONT           59   -  - -
        ENOSTR           60  99  - -
        ENODATA          61  96  - -
        ETIME            62 101  - -
        ENOSR            63  98  - -
        ENONET           64   -  - -
        ENOPKG           65   -  - -
        EREMOTE          66  71 71 -
        ENOLINK          67  97 91 -
        EADV             68   -  - -
        ESRMNT           69   -  - -
        ECOMM            70   -  - -
        EPROTO           71 100 92 -
        EMULTIHOP        72  95 90 -
        EDOTDOT          73   -  - -
        EBADMSG          74  94 89 -
        EOVERFLOW        75  84 84 -
        ENOTUNIQ         76   -  - -
        EBADFD           77   -  - -
        EREMCHG          78   -  - -
        ELIBACC          79   -  - -
        ELIBBAD          80   -  - -
        ELIBSCN          81   -  - -
        ELIBMAX          82   -  - -
        ELIBEXEC         83   -  - -
        EILSEQ           84  92 86 -
        ERESTART         85   -  - -
        ESTRPIPE         86   -  - -
        EUSERS           87  68 68 -
        ENOTSOCK         88  38 38 -
        EDESTADDRREQ     89  39 39 -
        EMSGSIZE         90  40 40 -
        EPROTOTYPE       91  41 41 -
        ENOPROTOOPT      92  42 42 -
        EPROTONOSUPPORT  93  43 43 -
        ESOCKTNOSUPPORT  94  44 44 -
        EOPNOTSUPP       95 102 45 -
        ENOTSUP          95  45 45 -
        EPFNOSUPPORT     96  46 46 -
        EAFNOSUPPORT     97  47 47 -
        EADDRINUSE       98  48 48 -
        EADDRNOTAVAIL    99  49 49 -
        ENETDOWN        100  50 50 -
        ENETUNREACH     101  51 51 -
        ENETRESET       102  52 52 -
        ECONNABORTED    103  53 53 -
        ECONNRESET      104  54 54 -
        ENOBUFS         105  55 55 -
        EISCONN         106  56 56 -
        ENOTCONN        107  57 57 -
        ESHUTDOWN       108  58 58 -
        ETOOMANYREFS    109  59 59 -
        ETIMEDOUT       110  60 60 -
        ECONNREFUSED    111  61 61 -
        EHOSTDOWN       112  64 64 -
        EHOSTUNREACH    113  65 65 -
        EALREADY        114  37 37 -
        EINPROGRESS     115  36 36 -
        ESTALE          116  70 70 -
        EUCLEAN         117   -  - -
        ENOTNAM         118   -  - -
        ENAVAIL         119   -  - -
        EISNAM          120   -  - -
        EREMOTEIO       121   -  - -
        EDQUOT          122  69 69 -
        ENOMEDIUM       123   -  - -
        EMEDIUMTYPE     124   -  - -
        ECANCELED       125  89 85 -
        ENOKEY          126   -  - -
        EKEYEXPIRED     127   -  - -
        EKEYREVOKED     128   -  - -
        EKEYREJECTED    129   -  - -
        EOWNERDEAD      130 105 96 -
        ENOTRECOVERABLE 131 104 95 -
        ERFKILL         132   -  - -
        EHWPOISON       133   -  - -
        EPROCLIM          -  67 67 -
        EBADRPC           -  72 72 -
        ERPCMISMATCH      -  73 73 -
        EPROGUNAVAIL      -  74 74 -
        EPROGMISMATCH     -  75 75 -
        EPROCUNAVAIL      -  76 76 -
        EFTYPE            -  79 79 -
        EAUTH             -  80 80 -
        ENEEDAUTH         -  81 81 -
        EPWROFF           -  82  - -
        EDEVERR           -  83  - -
        EBADEXEC          -  85  - -
        EBADARCH          -  86  - -
        ESHLIBVERS        -  87  - -
        EBADMACHO         -  88  - -
        ENOATTR           -  93 87 -
        ENOPOLICY         - 103  - -
        EQFULL            - 106  - -
        ENOTCAPABLE       - 107 93 -
        EDOOFUS           -   - 88 -
        ECAPMODE          -   - 94 -
        EINTEGRITY        -   - 97 -
    }
    "WSA" Row {
        WSA_INVALID_HANDLE          - - -     6
        WSA_NOT_ENOUGH_MEMORY       - - -     8
        WSA_INVALID_PARAMETER       - - -    87
        WSA_OPERATION_ABORTED       - - -   995
        WSA_IO_INCOMPLETE           - - -   996
        WSA_IO_PENDING              - - -   997
        WSAEINTR                    - - - 10004
        WSAEBADF                    - - - 10009
        WSAEACCES                   - - - 10013
        WSAEFAULT                   - - - 10014
        WSAEINVAL                   - - - 10022
        WSAEMFILE                   - - - 10024
        WSAEWOULDBLOCK              - - - 10035
        WSAEINPROGRESS              - - - 10036
        WSAEALREADY                 - - - 10037
        WSAENOTSOCK                 - - - 10038
        WSAEDESTADDRREQ             - - - 10039
        WSAEMSGSIZE                 - - - 10040
        WSAEPROTOTYPE               - - - 10041
        WSAENOPROTOOPT              - - - 10042
        WSAEPROTONOSUPPORT          - - - 10043
        WSAESOCKTNOSUPPORT          - - - 10044
        WSAEOPNOTSUPP               - - - 10045
        WSAEPFNOSUPPORT             - - - 10046
        WSAEAFNOSUPPORT             - - - 10047
        WSAEADDRINUSE               - - - 10048
        WSAEADDRNOTAVAIL            - - - 10049
        WSAENETDOWN                 - - - 10050
        WSAENETUNREACH              - - - 10051
        WSAENETRESET                - - - 10052
        WSAECONNABORTED             - - - 10053
        WSAECONNRESET               - - - 10054
        WSAENOBUFS                  - - - 10055
        WSAEISCONN                  - - - 10056
        WSAENOTCONN                 - - - 10057
        WSAESHUTDOWN                - - - 10058
        WSAETOOMANYREFS             - - - 10059
        WSAETIMEDOUT                - - - 10060
        WSAECONNREFUSED             - - - 10061
        WSAELOOP                    - - - 10062
        WSAENAMETOOLONG             - - - 10063
        WSAEHOSTDOWN                - - - 10064
        WSAEHOSTUNREACH             - - - 10065
        WSAENOTEMPTY                - - - 10066
        WSAEPROCLIM                 - - - 10067
        WSAEUSERS                   - - - 10068
        WSAEDQUOT                   - - - 10069
        WSAESTALE                   - - - 10070
        WSAEREMOTE                  - - - 10071
        WSASYSNOTREADY              - - - 10091
        WSAVERNOTSUPPORTED          - - - 10092
        WSANOTINITIALISED           - - - 10093
        WSAEDISCON                  - - - 10101
        WSAENOMORE                  - - - 10102
        WSAECANCELLED               - - - 10103
        WSAEINVALIDPROCTABLE        - - - 10104
        WSAEINVALIDPROVIDER         - - - 10105
        WSAEPROVIDERFAILEDINIT      - - - 10106
        WSASYSCALLFAILURE           - - - 10107
        WSASERVICE_NOT_FOUND        - - - 10108
        WSATYPE_NOT_FOUND           - - - 10109
        WSA_E_NO_MORE               - - - 10110
        WSA_E_CANCELLED             - - - 10111
        WSAEREFUSED                 - - - 10112
        WSAHOST_NOT_FOUND           - - - 11001
        WSATRY_AGAIN                - - - 11002
        WSANO_RECOVERY              - - - 11003
        WSANO_DATA                  - - - 11004
        WSA_QOS_RECEIVERS           - - - 11005
        WSA_QOS_SENDERS             - - - 11006
        WSA_QOS_NO_SENDERS          - - - 11007
        WSA_QOS_NO_RECEIVERS        - - - 11008
        WSA_QOS_REQUEST_CONFIRMED   - - - 11009
        WSA_QOS_ADMISSION_FAILURE   - - - 11010
        WSA_QOS_POLICY_FAILURE      - - - 11011
        WSA_QOS_BAD_STYLE           - - - 11012
        WSA_QOS_BAD_OBJECT          - - - 11013
        WSA_QOS_TRAFFIC_CTRL_ERROR  - - - 11014
        WSA_QOS_GENERIC_ERROR       - - - 11015
        WSA_QOS_ESERVICETYPE        - - - 11016
        WSA_QOS_EFLOWSPEC           - - - 11017
        WSA_QOS_EPROVSPECBUF        - - - 11018
        WSA_QOS_EFILTERSTYLE        - - - 11019
        WSA_QOS_EFILTERTYPE         - - - 11020
        WSA_QOS_EFILTERCOUNT        - - - 11021
        WSA_QOS_EOBJLENGTH          - - - 11022
        WSA_QOS_EFLOWCOUNT          - - - 11023
        WSA_QOS_EUNKOWNPSOBJ        - - - 11024
        WSA_QOS_EPOLICYOBJ          - - - 11025
        WSA_QOS_EFLOWDESC           - - - 11026
        WSA_QOS_EPSFLOWSPEC         - - - 11027
        WSA_QOS_EPSFILTERSPEC       - - - 11028
        WSA_QOS_ESDMODEOBJ          - - - 11029
        WSA_QOS_ESHAPERATEOBJ       - - - 11030
        WSA_QOS_RESERVED_PETYPE     - - - 11031
        WSA_SECURE_HOST_NOT_FOUND   - - - 11032
        WSA_IPSEC_NAME_POLICY_ERROR - - - 11033
    }
    "WSA" Alias {
        WSABASEERR                  - - - 10000
    }
    "DNS_" Row {
        DNS_ERROR_INVALID_NAME          - - -  123
        DNS_ERROR_RCODE_FORMAT_ERROR    - - - 9001
        DNS_ERROR_RCODE_SERVER_FAILURE  - - - 9002
        DNS_ERROR_RCODE_NAME_ERROR      - - - 9003
        DNS_ERROR_RCODE_NOT_IMPLEMENTED - - - 9004
        DNS_ERROR_RCODE_REFUSED         - - - 9005
        DNS_INFO_NO_RECORDS             - - - 9501
        DNS_ERROR_BAD_PACKET            - - - 9502
        DNS_ERROR_NO_DNS_SERVERS        - - - 9852
    }
}
