
{%- match step.address() %}
{%- when Some(Address::V4(address)) %}
    struct sockaddr_in address{{ step.number }} = {0};
    address{{ step.number }}.sin_family = AF_INET;
    address{{ step.number }}.sin_port = htons({{ address.port() }});
    inet_pton(AF_INET, "{{ address.ip() }}", &address{{ step.number }}.sin_addr);
{%- when Some(Address::V6(address)) %}
    struct sockaddr_in6 address{{ step.number }} = {0};
    address{{ step.number }}.sin6_family = AF_INET6;
    address{{ step.number }}.sin6_port = htons({{ address.port() }});
    inet_pton(AF_INET6, "{{ address.ip() }}", &address{{ step.number }}.sin6_addr);
    {%- if address.scope_id() != 0 %}
    address{{ step.number }}.sin6_scope_id = {{ address.scope_id() }};
    {%- endif %}
{%- when Some(Address::Bytes(bytes)) %}
    // A sockaddr of {{ bytes.len() }} bytes; the buffer is larger, so that no system reads beyond it.
    static const unsigned char address{{ step.number }}[{{ bytes.len().max(128) }}] = { {%- for byte in bytes %}{{ byte }}, {% endfor %}0};
{%- else %}
{%- endmatch %}