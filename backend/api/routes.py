"""Every door of the centre."""

from __future__ import annotations

from backend.api.activities import door as activities
from backend.api.addresses import door as addresses
from backend.api.alerts import door as alerts
from backend.api.authorities import door as authorities
from backend.api.calendar import door as calendar
from backend.api.calls import door as calls
from backend.api.campaigns import door as campaigns
from backend.api.case_files import door as case_files
from backend.api.cases import door as cases
from backend.api.checklists import door as checklists
from backend.api.contacts import door as contacts
from backend.api.documents import door as documents
from backend.api.exports import door as exports
from backend.api.feedback import door as feedback
from backend.api.figures import door as figures
from backend.api.health import door as health
from backend.api.hotline_results import door as hotline_results
from backend.api.house_imports import door as house_imports
from backend.api.house_labels import door as house_labels
from backend.api.houses import door as houses
from backend.api.inspections import door as inspections
from backend.api.items import door as items
from backend.api.lateness import door as lateness
from backend.api.map import door as town_map
from backend.api.messages import door as messages
from backend.api.org import door as org
from backend.api.origins import door as origins
from backend.api.overview import door as overview
from backend.api.patrols import door as patrols
from backend.api.phones import door as phones
from backend.api.photos import door as photos
from backend.api.phrases import door as phrases
from backend.api.plans import door as plans
from backend.api.push import door as push
from backend.api.queue import door as queue
from backend.api.rechecks import door as rechecks
from backend.api.refusals import door as refusals
from backend.api.registrations import door as registrations
from backend.api.report import door as report
from backend.api.rescues import door as rescues
from backend.api.samples import door as samples
from backend.api.session import door as session
from backend.api.sources import door as sources
from backend.api.tasks import door as tasks
from backend.api.tokens import door as tokens
from backend.api.v1 import door as v1
from backend.api.webhooks import door as webhooks
from backend.api.workers import door as workers

DOORS = [
    session,
    health,
    feedback,
    tasks,
    campaigns,
    plans,
    patrols,
    workers,
    phones,
    town_map,
    push,
    messages,
    contacts,
    calls,
    photos,
    activities,
    inspections,
    documents,
    authorities,
    cases,
    queue,
    phrases,
    rechecks,
    addresses,
    houses,
    house_imports,
    house_labels,
    checklists,
    org,
    refusals,
    rescues,
    alerts,
    items,
    origins,
    registrations,
    report,
    sources,
    hotline_results,
    calendar,
    figures,
    samples,
    lateness,
    overview,
    tokens,
    webhooks,
    v1,
    exports,
    case_files,
]
