{{ step.sign(selected) }}
{%- match step.call %}
{%- when Action::Socket with {entry, arguments, ..} -%}
    {%- if *entry > 0 -%}
    socket({{ mode.entry(entry) }}->ai_family, {{ mode.entry(entry) }}->ai_socktype, {{ mode.entry(entry) }}->ai_protocol)
    {%- else -%}
    socket({{ arguments.join(", ") }})
    {%- endif -%}
{%- when Action::Setsockopt with {option, ..} -%}
    setsockopt({{ step.socket }}, {{ option.level() }}, {{ option.name() }}, {{ c.pointer_cast }}&option{{ step.number }}, sizeof option{{ step.number }})
{%- when Action::Bind with (address) -%}
    bind({{ step.socket }}, {{ c.address(mode, address, step) }})
{%- when Action::Listen with (backlog) -%}
    listen({{ step.socket }}, {{ backlog }})
{%- when Action::Accept with (_) -%}
    accept({{ step.socket }}, NULL, NULL)
{%- when Action::Connect with (address) -%}
    connect({{ step.socket }}, {{ c.address(mode, address, step) }})
{%- when Action::Send with (_) -%}
    send({{ step.socket }}, {{ mode.sendbuf(step) }}, sizeof {{ mode.sendbuf(step) }} - 1, 0)
{%- when Action::Sendto with (_, address) -%}
    sendto({{ step.socket }}, {{ mode.sendbuf(step) }}, sizeof {{ mode.sendbuf(step) }} - 1, 0, {{ c.address(mode, address, step) }})
{%- when Action::Recv with (length) -%}
    recv({{ step.socket }}, recvbuf, {{ mode.length(length) }}, 0)
{%- when Action::Recvfrom with (length) -%}
    recvfrom({{ step.socket }}, recvbuf, {{ mode.length(length) }}, 0,{% if mode.answers(step) %} (struct sockaddr *)&peer{{ step.number }}, &peer{{ step.number }}len){% else %} NULL, NULL){% endif %}
{%- when Action::Shutdown with (how) -%}
    shutdown({{ step.socket }}, {{ c.how(how) }})
{%- when Action::Close -%}
    {{ c.close }}({{ step.socket }})
{%- when Action::Absent -%}
{%- endmatch -%}