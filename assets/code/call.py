{{ step.sign(selected) }}{{ step.socket }}.
{%- match step.call %}
{%- when Action::Setsockopt with {option, value} %}setsockopt({{ constants.python_option(option, value) }})
{%- when Action::Bind with (address) %}bind({{ mode.python_address(address) }})
{%- when Action::Connect with (address) %}connect({{ mode.python_address(address) }})
{%- when Action::Listen with (backlog) %}listen({{ backlog }})
{%- when Action::Accept with (_) %}accept()
{%- when Action::Send with (data) %}send({{ data.byte_string() }})
{%- when Action::Sendto with (data, address) %}sendto({{ data.byte_string() }}, {{ mode.python_address(address) }})
{%- when Action::Recv with (length) %}recv({{ length }})
{%- when Action::Recvfrom with (length) %}recvfrom({{ length }})
{%- when Action::Shutdown with (how) %}shutdown(socket.{{ constants.posix(how) }})
{%- when Action::Close %}close()
{%- else %}
{%- endmatch -%}