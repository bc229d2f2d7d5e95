
{%- if let Some(most) = body.entries.last() %}
    if len(entries) < {{ most }}:
        print("This list has no entry {{ most }}.", file=sys.stderr)
        return 3
{%- endif %}
{%- for step in body.steps %}
{%- if let Action::Socket{entry, arguments, succeeds} = step.call %}
{%- if body.ladder.is_some() %}
    {%- if *entry > 0 %}
    family, socktype, protocol, _name, address = entries[{{ entry - 1 }}]
    print_entry(family, socktype, protocol, address)
    {%- endif %}
    {%- if body.asks %}
{% endif %}
    call = "socket"
    try:
        # Python adds SOCK_CLOEXEC to the type on systems that have it.
    {%- for remark in step.remarks %}
        # {{ remark }}
    {%- endfor %}
        {{ step.socket }} = {{ step.sign(selected) }}socket.socket({% if *entry > 0 %}family, socktype, protocol{% else %}{{ arguments.join(", ") }}{% endif %})
        print("socket ok")
{%- else %}
{%- if !loop.first || body.asks %}
{% endif %}
{%- for remark in step.remarks %}
    # {{ remark }}
{%- endfor %}
    {%- if *entry > 0 %}
    print_entry(*entries[{{ entry - 1 }}][:3], entries[{{ entry - 1 }}][4])
    {%- endif %}
    {% if *succeeds %}{{ step.socket }} = {% endif %}check("{{ step.label }}", lambda: {{ step.sign(selected) }}socket.socket({% if *entry > 0 %}*entries[{{ entry - 1 }}][:3]{% else %}{{ arguments.join(", ") }}{% endif %}))
    {%- if *succeeds %}
    if {{ step.socket }} is None:
        return 6
    {%- endif %}
{%- endif %}
{%- else if body.ladder.is_some() %}
{% for remark in step.remarks %}
        # {{ remark }}
{%- endfor %}
    {%- match step.call %}
    {%- when Action::Absent %}
    {%- when Action::Accept with (new) %}
        call = "{{ step.label }}"
        {{ new }}, _peer = {% include "call.py" %}
        print("{{ step.label }} ok")
    {%- when Action::Recv with (_) %}
        call = "{{ step.label }}"
        recvbuf = {% include "call.py" %}
        print("{{ step.label }}", len(recvbuf))
    {%- when Action::Recvfrom with (_) %}
        call = "{{ step.label }}"
        recvbuf, {% if mode.answers(step) %}peer{{ step.number }}{% else %}_peer{% endif %} = {% include "call.py" %}
        print("{{ step.label }}", len(recvbuf))
    {%- when Action::Send with (_) %}
        call = "{{ step.label }}"
        print("{{ step.label }}", {% include "call.py" %})
    {%- when Action::Sendto with (_, _) %}
        call = "{{ step.label }}"
        print("{{ step.label }}", {% include "call.py" %})
    {%- else %}
        call = "{{ step.label }}"
        {% include "call.py" %}
        print("{{ step.label }} 0")
    {%- endmatch %}
{%- else %}
{% for remark in step.remarks %}
    # {{ remark }}
{%- endfor %}
    {%- match step.call %}
    {%- when Action::Absent %}
    {%- when Action::Accept with (new) %}
    {% if !new.is_empty() %}{{ new }} = {% endif %}check("{{ step.label }}", lambda: {% include "call.py" %}[0])
    {%- if !new.is_empty() %}
    if {{ new }} is None:
        return 6
    {%- endif %}
    {%- when Action::Recvfrom with (_) %}
    {% if mode.answers(step) %}received{{ step.number }} = {% endif %}check("{{ step.label }}", lambda: {% include "call.py" %})
    {%- if mode.answers(step) %}
    if received{{ step.number }} is None:
        return 6
    peer{{ step.number }} = received{{ step.number }}[1]
    {%- endif %}
    {%- else %}
    check("{{ step.label }}", lambda: {% include "call.py" %})
    {%- endmatch %}
{%- endif %}
{%- endfor %}
{%- if body.ladder.is_some() %}
    {%- for socket in body.open %}
        {{ socket }}.close()
    {%- endfor %}
    except OSError as error:
        print(call, "error", error.errno)
        return 3 if call == "socket" else 6
    return 0
{%- else %}
    {%- for socket in body.open %}
    {{ socket }}.close()
    {%- endfor %}
    return 6 if failures else 0


failures = []


def check(name, call):
    """Make a call; print what it returned, or its error."""
    try:
        result = call()
    except OSError as error:
        print(name, "error", error.errno)
        failures.append(name)
        return None
    if isinstance(result, socket.socket):
        print(name, "ok")
    elif isinstance(result, tuple):
        print(name, len(result[0]))
    elif isinstance(result, bytes):
        print(name, len(result))
    else:
        print(name, result or 0)
    return result
{%- endif %}