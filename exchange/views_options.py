"""The options of a checked run: what its rows do to known records."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.access import Permission, requires
from exchange import services
from exchange.forms import OptionsForm
from exchange.pages import carry_out, run_of


@requires(Permission.IMPORT_FILES)
@require_POST
def run_options(request, pk):
    """Choose the match rule and the other options anew; the rows are compared again in the background."""
    run = run_of(request, pk)
    form = OptionsForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect(run)
    return carry_out(request, run, services.set_options, **form.options)
