"""One complete record of each of the newer kinds, as an organisation would write it."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def visit(seen: Body) -> Body:
    return {
        "title": {"en": "Three days with the language cafés of Aarhus"},
        "summary": {"en": "Four advisers from Athens saw how a library runs language cafés."},
        "language": "en",
        "visit_type": "study-visit",
        "country": ["DK"],
        "start": "2026-05-18",
        "end": "2026-05-20",
        "practices_seen": [seen],
        "take_home": {"en": "- Volunteers come in pairs.\n- The library pays for the coffee."},
        "licence": "CC-BY-4.0",
        "programme": [
            {
                "when": {"en": "Monday evening"},
                "title": {"en": "An evening in the café"},
                "text": {"en": "Eight tables, one subject for all."},
                "practice": seen,
            },
            {"when": {"en": "Tuesday"}, "title": {"en": "Talk with the volunteers"}},
        ],
        "host": {"name": "Havnebroen", "type": "ngo", "country": "DK"},
        "participants": 4,
        "practitioner_audience": ["guidance"],
        "visit_languages": ["en", "da"],
        "topics": ["social-capital"],
        "notes": {"en": "The café costs 4,000 euros a year."},
        "surprises": {"en": "Nobody has to register."},
        "transferability": {"en": "The café, yes; the budget, no."},
        "next_steps": {"en": "We try one evening a week from March."},
        "advice": {"en": "Go on a Monday."},
        "cost_per_person": {"amount": 62000, "currency": "EUR"},
        "welcomes_visits": "on-request",
        "links": [{"url": "https://example.org/notes", "title": {"en": "Our notes"}}],
        "contact": {"role": {"en": "Coordinator of exchange"}, "organisation": "Gefyra"},
    }


def opportunity(programme: Body) -> Body:
    return {
        "title": {"en": "Six work placements in school kitchens"},
        "summary": {"en": "Six weeks in a school kitchen with a mentor and a language teacher."},
        "language": "en",
        "opportunity_type": "work-placement",
        "country": ["DK"],
        "place": {"name": "Aarhus", "latitude": 5615000, "longitude": 1020000},
        "places": 6,
        "starts": "2027-02-01",
        "expires": "2027-01-15",
        "how_to_apply": {"en": "Come to the open hour on Tuesday at 10."},
        "source": {
            "name": "Municipality of Aarhus",
            "url": "https://example.org/placements",
            "checked": "2026-11-20",
        },
        "licence": "CC-BY-4.0",
        "regions": ["DK042"],
        "schedule": {"en": "Monday to Thursday, 7 to 13"},
        "hours_per_week": 24,
        "target_group": ["refugees"],
        "requirements": {"en": "A health certificate, which the mentor helps to get."},
        "languages_needed": [{"language": "da", "level": "a2"}],
        "right_to_work": "helped-with",
        "occupations": [
            {
                "uri": "http://data.europa.eu/esco/isco/C9412",
                "label": {"en": "Kitchen helpers"},
            }
        ],
        "pay_type": "expenses",
        "cost": {"amount": 0, "currency": "DKK"},
        "support": ["travel-costs", "mentor"],
        "checked": ["talked-with-provider", "visited"],
        "provider": {"name": "Aarhus school kitchens", "type": "employer-company", "country": "DK"},
        "apply_url": "https://example.org/apply",
        "contact": {"role": {"en": "Placement adviser"}, "organisation": "Havnebroen"},
        "part_of": [programme],
    }


def collection(first: Body, second: Body) -> Body:
    return {
        "title": {"en": "Your first ninety days as an adviser"},
        "summary": {"en": "Three steps in the order in which a new colleague needs them."},
        "language": "en",
        "collection_type": "training-path",
        "introduction": {"en": "Begin with listening. The rest builds on it."},
        "items": [
            {
                "heading": {"en": "Week 1: listen"},
                "record": first,
                "commentary": {"en": "Read the second step twice. " + "It repays the time. " * 20},
                "workload": "PT2H",
            },
            {"heading": {"en": "Week 2: meet"}, "record": second, "optional": True},
            {
                "heading": {"en": "Week 3: read"},
                "link": {"url": "https://example.org/handbook", "title": {"en": "Handbook"}},
                "commentary": {"en": "Chapter 4 only."},
            },
        ],
        "conclusion": {"en": "Tell a colleague what you would do differently."},
        "licence": "CC-BY-4.0",
        "audience": ["guidance"],
        "learning_outcomes": [{"en": "Can hold a first talk with an interpreter."}],
        "workload": "PT18H",
        "criteria": {"en": "Tried in at least two countries."},
    }


def campaign(practice: Body, card: str) -> Body:
    return {
        "title": {"en": "My colleague comes from somewhere"},
        "summary": {"en": "Messages and cards for employers and neighbours."},
        "language": "en",
        "goal": {"en": "Ten employers of the town invite somebody for a trial day."},
        "audience": ["employers", "neighbours"],
        "messages": [
            {
                "audience": "employers",
                "message_type": "fact",
                "text": {
                    "en": "Nine of ten who had a trial day came back on Monday.",
                    "es": "Nueve de cada diez volvieron el lunes.",
                },
                "note": {"en": "Works best when an employer says it"},
            },
            {
                "audience": "neighbours",
                "message_type": "call-to-act",
                "text": {"en": "Say good morning first.", "es": "Salude primero."},
            },
        ],
        "share_cards": [
            {
                "digest": card,
                "alt": {"en": "A yellow card: nine of ten came back"},
                "caption": {"en": "A trial day costs a coffee."},
                "format": "square",
                "language": "en",
                "consent": True,
            }
        ],
        "licence": "CC-BY-4.0",
        "how_to_use": {"en": "Begin with the story, then the fact."},
        "channels": ["social-media", "posters"],
        "hashtags": ["#ColleagueFromSomewhere"],
        "barrier": ["xenophobia"],
        "country": ["ES"],
        "status": "running",
        "results": {"en": "Fourteen employers called."},
        "supports": [practice],
    }


def same_as(one: Body, other: Body) -> Body:
    return {
        "subject": one,
        "same_as": other,
        "language": "en",
        "sameness": "identical",
        "reason": {"en": "Both describe the conversation groups of one library"},
        "explanation": {"en": "The library and the association wrote in the same month."},
        "licence": "CC-BY-4.0",
        "fuller": "subject",
        "basis": ["asked-the-authors"],
        "date": "2026-11",
    }


def confirmation(subject: Body) -> Body:
    return {
        "title": {"en": "Still running in autumn 2026, with two groups"},
        "subject": subject,
        "language": "en",
        "state": "running",
        "date": "2026-11-20",
        "note": {"en": "There are two groups a week now."},
        "licence": "CC-BY-4.0",
        "basis": ["visited"],
        "participants": 22,
    }


def discussion(subject: Body, replied: Body) -> Body:
    return {
        "text": {"en": "We split it in two.\n\nThe first hour is for those who come from work."},
        "language": "en",
        "purpose": "experience",
        "subject": subject,
        "in_reply_to": replied,
        "licence": "CC-BY-4.0",
        "links": [{"url": "https://example.org/evening", "title": {"en": "The plan"}}],
    }
