"""The names that columns of career tables go by, in English and French, as ``columns.normal`` writes them."""

from __future__ import annotations

import re

FIRST_NAMES = ("first_name", "firstname", "given_name", "given_names", "forename", "prenom", "prenoms")
LAST_NAMES = ("last_name", "lastname", "surname", "family_name", "nom_de_famille", "nom_famille")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CURRENCIES = ("usd", "eur", "gbp", "cad", "aud", "chf", "jpy", "inr", "sgd", "sek", "nok", "dkk", "cny", "brl")
_PAY = _names(
    "salary base_salary basic_salary annual_salary yearly_salary monthly_salary gross_salary base_pay annual_pay"
    " annual_base_pay gross_pay salary_amount pay pay_amount pay_rate hourly_rate hourly_wage wage wages total_pay"
    " total_compensation annual_compensation compensation salaire salaire_de_base salaire_base salaire_brut"
    " salaire_annuel salaire_annuel_brut salaire_brut_annuel salaire_mensuel salaire_mensuel_brut"
    " salaire_brut_mensuel salaire_horaire taux_horaire remuneration remuneration_brute remuneration_annuelle"
    " remuneration_annuelle_brute remuneration_totale traitement traitement_brut"
)

ROLES: dict[str, tuple[str, ...]] = {
    "person_id": _names(
        "person_id personid person_key person employee_id employeeid employee_number employee_no"
        " employee_code emp_id emp_no empno employee worker_id staff_id user_id profile_id candidate_id"
        " member_id author_id orcid orcid_id player_id playerid individual_id researcher_id openreview_id"
        " matricule id_salarie id_personne id_agent id_individu identifiant_salarie numero_salarie"
        " numero_agent salarie personne agent collaborateur individu personnel_number personnel_no pers_no"
        " staff_number employee_nr worker matricule_salarie numero_matricule no_matricule code_salarie id_employe"
        " identifiant_employe employe public_profile_url profile_url linkedin_profile_url linkedin_url"
        " public_identifier pid identifiant id"
    ),
    "person_name": _names(
        "person_name person_label personlabel employee_label employeelabel legal_name preferred_name"
        " full_name fullname employee_name author_name assistant_name worker_name staff_name"
        " display_name name author researcher nom_complet nom_prenom nom_et_prenom prenom_nom prenom_et_nom"
        " nom_salarie nom_de_l_agent collaborateur_nom nom"
    ),
    "first_name": FIRST_NAMES,
    "last_name": (*LAST_NAMES, "nom"),
    "employer": _names(
        "employer_label employerlabel company_label companylabel"
        " employer_name employer company_name company companyname organization_name organisation_name"
        " organization organisation org_name org affiliation_norm affiliation_normalized affiliation_name"
        " affiliation affiliations affiliation_raw institution_name institution employer_mp firm_name firm"
        " workplace agency_name agency club_name club team_name team team_id teamid employeur nom_employeur"
        " entreprise nom_entreprise nom_de_l_entreprise societe nom_societe raison_sociale"
        " denomination_sociale organisme legal_entity legal_entity_name legal_employer entity entity_name"
        " entite_juridique entite_legale nom_entite entite nom_etablissement etablissement structure employer_id"
        " company_id organization_id"
    ),
    "employer_raw": _names("affiliation_raw raw_affiliation"),
    "start": _names(
        "start_date startdate start started_on started start_on date_start date_started from_date date_from"
        " from begin_date begin beginning date_begin latest_hire_date most_recent_hire_date last_hire_date hire_date"
        " hired_on date_hired hired date_of_hire joined_on joined join_date joining_date date_joined date_of_joining"
        " entry_date employment_start_date valid_from effective_from first_listed first_seen first_day first_date"
        " date_debut date_de_debut debut commence_le debute_le debut_le date_de_derniere_embauche date_embauche"
        " date_d_embauche embauche date_entree date_d_entree entree date_entree_societe date_d_entree_societe"
        " date_debut_contrat date_arrivee date_d_arrivee date_de_prise_de_poste prise_de_poste depuis"
    ),
    "end": _names(
        "end_date enddate end ended_on ended date_end date_ended to_date date_to to until till"
        " termination_date terminated_on date_of_termination exit_date date_of_exit left_on date_left"
        " leave_date leaving_date leaving_on date_of_leaving departure_date departed_on separation_date"
        " employment_end_date last_day last_date valid_to effective_to finish_date finish finished_on finished"
        " resignation_date resigned_on last_listed last_seen date_fin date_de_fin fin termine_le fin_le date_sortie"
        " date_de_sortie sortie date_sortie_effective date_de_sortie_effective date_sortie_societe"
        " date_de_sortie_societe date_depart date_de_depart date_depart_effective depart date_fin_contrat jusqu_a"
    ),
    "rehired": _names(
        "rehire_date rehired_on date_rehired date_of_rehire date_reembauche date_de_reembauche date_reintegration"
        " date_de_reintegration"
    ),
    "first_start": _names(
        "original_hire_date first_hire_date initial_hire_date date_premiere_embauche date_de_premiere_embauche"
        " date_embauche_initiale date_d_embauche_initiale"
    ),
    "last_worked": _names(
        "last_day_worked last_worked_day last_working_day last_day_of_work dernier_jour_travaille"
        " dernier_jour_de_travail date_dernier_jour_travaille"
    ),
    "status": _names(
        "employee_status employment_status worker_status staff_status status statut_salarie statut_du_salarie"
        " statut_employe situation_salarie statut situation"
    ),
    "reason": _names(
        "termination_reason reason_for_termination reason_for_leaving leaving_reason exit_reason separation_reason"
        " departure_reason leave_reason motif_de_sortie motif_sortie motif_de_depart motif_depart raison_de_depart"
        " motif_de_rupture motif_de_fin_de_contrat motif_fin_contrat"
    ),
    "left_censored": _names(
        "left_censored is_left_censored censored_left left_truncated censure_gauche censure_a_gauche"
    ),
    "right_censored": _names(
        "right_censored is_right_censored censored_right censored censure_droite censure_a_droite"
    ),
    "next_snapshot_after": _names("next_snapshot_after next_snapshot first_absent not_seen_on absent_on"),
    "observed_from": _names("observed_from covered_from coverage_start observe_depuis"),
    "verified_on": _names(
        "verified_on last_verified verified_at last_updated last_updated_on last_update updated_on updated_at"
        " snapshot_date snapshot snapshot_on as_of as_of_date extraction_date extracted_on export_date report_date"
        " date_maj date_mise_a_jour date_de_mise_a_jour date_extraction date_d_extraction date_export"
        " derniere_mise_a_jour"
    ),
    "seen_on": _names(
        "seen_on observed_on seen snapshot_month month_end date_photo date_de_photo mois_de_paie mois_paie"
        " date publication_date published_on pub_date date_publication"
        " date_observation month mois year annee pub_year publication_year year_id yearid season saison an"
    ),
    "event": _names("event paper_id publication_id work_id article_id doi paper_doi work pmid"),
    "is_current": _names(
        "is_current is_current_job current_job current_position currently_employed still_employed poste_actuel"
    ),
    "start_year": _names(
        "start_year year_start from_year annee_debut annee_de_debut annee_entree annee_embauche hire_year"
    ),
    "start_month": _names(
        "start_month month_start from_month mois_debut mois_de_debut mois_entree mois_embauche hire_month"
    ),
    "end_year": _names("end_year year_end to_year annee_fin annee_de_fin annee_sortie exit_year"),
    "end_month": _names("end_month month_end to_month mois_fin mois_de_fin mois_sortie exit_month"),
    "period": _names(
        "period employment_period date_range employment_dates dates_employed dates periode periode_emploi"
    ),
    "title": _names(
        "business_title position_label positionlabel"
        " job_title jobtitle position_title position_name role_title title role position job occupation"
        " designation intitule_poste intitule_du_poste intitule_de_poste intitule libelle_poste libelle_emploi"
        " libelle_du_poste poste fonction emploi profession titre"
    ),
    "family": _names(
        "family job_family occupation_family job_function function metier famille famille_metier famille_de_metiers"
    ),
    "level": _names("level job_level seniority seniority_level grade niveau niveau_hierarchique"),
    "is_ai": _names("is_ai ai ai_role est_ia"),
    "is_side": _names("is_side is_side_role side_role"),
    "place": _names(
        "place city location town work_location office site ville lieu lieu_de_travail localisation commune"
    ),
    "region": _names("region state province departement work_state"),
    "pay": (*_PAY, *(f"{name}{link}{code}" for name in _PAY for link in ("_", "_in_") for code in CURRENCIES)),
    "currency": _names("currency currency_code salary_currency pay_currency devise monnaie"),
    "pay_period": _names(
        "pay_basis pay_period pay_frequency pay_unit salary_period salary_basis salary_frequency periodicite"
        " periodicite_salaire frequence_de_paie"
    ),
    "country": _names("country_code country country_name country_iso pays code_pays"),
}
"""Role → the column names that play it, the plainest first; roles are given out in this order."""

HIRED = re.compile(r"hire|embauche|entree|entry|join|employment_start")
LEFT = re.compile(r"terminat|sortie|exit|leav|left|separation|depart|resign|employment_end|last_day|dernier_jour")
"""Starts and ends of stays in a personnel system, whose export lists everybody who was there."""

LAST_SEEN = frozenset(("last_listed", "last_seen"))
